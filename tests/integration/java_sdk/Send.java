// SPDX-License-Identifier: Apache-2.0

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.MetricsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Sends traces, metrics and logs of every sort with the OpenTelemetry SDK for Java.
 *
 * <pre>Send --endpoint http://127.0.0.1:4318 --protocol http/protobuf [--gzip] --capture DIRECTORY
 * Send ... --rate N --seconds S      instead of that, N spans a second through a default batch processor
 * Send ... --timeout S               how long a request and its repetitions may take; 10 by default</pre>
 *
 * The endpoint has no path. What the exporters are given is also written, as protobuf requests made by the
 * SDK's own marshalers, into the directory of --capture. Ends with 1 if any request was not accepted.
 */
public class Send {
  static final long BASE_TIME = 1_795_000_000_123_456_789L;
  static final AtomicInteger numRequests = new AtomicInteger();
  static final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  static Path directory;

  record Answer(String signal, CompletableResultCode result) {}

  static final Attributes VALUES =
      Attributes.builder()
          .put("text", "\u017elu\u0165ou\u010dk\u00fd \ud83d\ude00")
          .put("text.empty", "")
          .put("int", Long.MIN_VALUE)
          .put("int.large", (1L << 53) + 1)
          .put("double", 0.1)
          .put("double.tiny", 1e-7)
          .put("double.huge", 1e21)
          .put("double.nan", Double.NaN)
          .put("bool", true)
          .put("texts", "a", "", "\u010d")
          .put("ints", 1, -2)
          .put("doubles", 0.25, 1e300)
          .put("bools", true, false)
          .build();

  static final Value<?> NESTED =
      Value.of(
          io.opentelemetry.api.common.KeyValue.of("z", Value.of(1)),
          io.opentelemetry.api.common.KeyValue.of(
              "a", Value.of(Value.of("two"), Value.of(3.0), Value.of(new byte[] {0, -1}))));

  public static void main(String[] args) throws Exception {
    List<String> given = Arrays.asList(args);
    String endpoint = given.get(given.indexOf("--endpoint") + 1);
    boolean grpc = given.contains("grpc");
    String compression = given.contains("--gzip") ? "gzip" : "none";
    directory = Path.of(given.get(given.indexOf("--capture") + 1));
    Duration timeout = Duration.ofSeconds(number(given, "--timeout", 10));
    Resource resource =
        Resource.create(
            Attributes.builder().put("service.name", "java").put("host.cpu.count", 8).put("command", "a", "b").build(),
            "https://opentelemetry.io/schemas/1.37.0");
    SpanExporter spans = spanExporter(endpoint, grpc, compression, timeout);
    if (given.contains("--rate")) {
      sendSteadily(resource, spans, number(given, "--rate", 0), number(given, "--seconds", 10));
      System.exit(numRefused() == 0 ? 0 : 1);
    }
    sendSpans(resource, spans);
    sendMetrics(resource, metricExporter(endpoint, grpc, compression));
    sendLogs(resource, logExporter(endpoint, grpc, compression));
    System.exit(numRefused() == 0 && numRequests.get() >= 3 ? 0 : 1);
  }

  static long number(List<String> given, String option, long otherwise) {
    int at = given.indexOf(option);
    return at < 0 ? otherwise : Long.parseLong(given.get(at + 1));
  }

  static SpanExporter spanExporter(String endpoint, boolean grpc, String compression, Duration timeout) {
    SpanExporter exporter =
        grpc
            ? OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).setCompression(compression).setTimeout(timeout).build()
            : OtlpHttpSpanExporter.builder().setEndpoint(endpoint + "/v1/traces").setCompression(compression)
                .setTimeout(timeout).build();
    return watched(SpanExporter.class, exporter, "traces", TraceRequestMarshaler::create);
  }

  static MetricExporter metricExporter(String endpoint, boolean grpc, String compression) {
    AggregationTemporalitySelector delta = AggregationTemporalitySelector.deltaPreferred();
    MetricExporter exporter =
        grpc
            ? OtlpGrpcMetricExporter.builder().setEndpoint(endpoint).setCompression(compression)
                .setAggregationTemporalitySelector(delta).build()
            : OtlpHttpMetricExporter.builder().setEndpoint(endpoint + "/v1/metrics").setCompression(compression)
                .setAggregationTemporalitySelector(delta).build();
    return watched(MetricExporter.class, exporter, "metrics", MetricsRequestMarshaler::create);
  }

  static LogRecordExporter logExporter(String endpoint, boolean grpc, String compression) {
    LogRecordExporter exporter =
        grpc
            ? OtlpGrpcLogRecordExporter.builder().setEndpoint(endpoint).setCompression(compression).build()
            : OtlpHttpLogRecordExporter.builder().setEndpoint(endpoint + "/v1/logs").setCompression(compression).build();
    return watched(LogRecordExporter.class, exporter, "logs", LogsRequestMarshaler::create);
  }

  /** The exporter itself, whose calls of `export` are also written down. */
  @SuppressWarnings("unchecked")
  static <E, R> E watched(Class<E> kind, E exporter, String signal, Function<Collection<R>, Marshaler> marshal) {
    return (E)
        Proxy.newProxyInstance(
            kind.getClassLoader(),
            new Class<?>[] {kind},
            (self, method, arguments) -> {
              if (method.getName().equals("export")) keep(signal, marshal.apply((Collection<R>) arguments[0]));
              Object result = method.invoke(exporter, arguments);
              if (method.getName().equals("export")) answers.add(new Answer(signal, (CompletableResultCode) result));
              return result;
            });
  }

  static void keep(String signal, Marshaler request) throws IOException {
    Path path = directory.resolve(String.format("%04d_%s.pb", numRequests.incrementAndGet(), signal));
    try (OutputStream out = Files.newOutputStream(path)) {
      request.writeBinaryTo(out);
    }
  }

  static int numRefused() {
    int count = 0;
    for (Answer answer : answers) {
      if (answer.result.join(60, TimeUnit.SECONDS).isSuccess()) continue;
      count++;
      System.err.println(answer.signal + " were refused: " + answer.result.getFailureThrowable());
    }
    return count;
  }

  static long at(long seconds) {
    return BASE_TIME + seconds * 1_000_000_007L;
  }

  static SpanContext remoteParent() {
    return SpanContext.createFromRemoteParent(
        "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", TraceFlags.getSampled(),
        TraceState.builder().put("congo", "t61rcWkgMzE").put("rojo", "00f067aa0ba902b7").build());
  }

  static Context inRemote() {
    return Context.root().with(io.opentelemetry.api.trace.Span.wrap(remoteParent()));
  }

  static void sendSpans(Resource resource, SpanExporter exporter) {
    SdkTracerProvider provider =
        SdkTracerProvider.builder().setResource(resource).addSpanProcessor(BatchSpanProcessor.builder(exporter).build()).build();
    var tracer = provider.tracerBuilder("java.http").setInstrumentationVersion("1.2")
        .setSchemaUrl("https://example.com/spans").build();
    for (SpanKind kind : SpanKind.values())
      for (StatusCode code : StatusCode.values()) {
        long start = at(kind.ordinal());
        var span = tracer.spanBuilder("kind " + kind).setSpanKind(kind).setNoParent()
            .setStartTimestamp(start, TimeUnit.NANOSECONDS).startSpan();
        span.setStatus(code, "it failed \u010d");
        span.end(start + 1_234_567, TimeUnit.NANOSECONDS);
      }
    var parent = tracer.spanBuilder("every value").setParent(inRemote()).setAllAttributes(VALUES)
        .addLink(remoteParent(), VALUES).setStartTimestamp(at(10), TimeUnit.NANOSECONDS).startSpan();
    var child = tracer.spanBuilder("child").setParent(Context.root().with(parent)).startSpan();
    child.addEvent("an event", VALUES, at(12), TimeUnit.NANOSECONDS);
    child.addEvent("", at(13), TimeUnit.NANOSECONDS);
    child.recordException(new IllegalStateException("it broke"));
    child.end();
    parent.end(at(16), TimeUnit.NANOSECONDS);
    SdkTracerProvider limited =
        SdkTracerProvider.builder().setResource(resource).addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
            .setSpanLimits(SpanLimits.builder().setMaxNumberOfAttributes(2).setMaxNumberOfEvents(1).build()).build();
    var span = limited.get("").spanBuilder("over its limits").setAllAttributes(VALUES).startSpan();
    span.addEvent("one").addEvent("two").end();
    limited.forceFlush().join(20, TimeUnit.SECONDS);
    provider.shutdown().join(20, TimeUnit.SECONDS);
  }

  static void sendSteadily(Resource resource, SpanExporter exporter, long rate, long seconds) throws InterruptedException {
    SdkTracerProvider provider =
        SdkTracerProvider.builder().setResource(resource).addSpanProcessor(BatchSpanProcessor.builder(exporter).build()).build();
    var tracer = provider.get("load");
    long start = System.nanoTime();
    long made = 0;
    while (made < rate * seconds) {
      long due = Math.min(rate * seconds, rate * (System.nanoTime() - start) / 1_000_000_000);
      for (; made < due; made++)
        tracer.spanBuilder("load").setSpanKind(SpanKind.SERVER).setAttribute("n", made).setNoParent().startSpan().end();
      Thread.sleep(10);
    }
    provider.shutdown().join(60, TimeUnit.SECONDS);
  }

  static void sendMetrics(Resource resource, MetricExporter exporter) {
    SdkMeterProvider provider =
        SdkMeterProvider.builder().setResource(resource)
            .registerMetricReader(PeriodicMetricReader.builder(exporter).setInterval(Duration.ofHours(1)).build())
            .registerView(InstrumentSelector.builder().setName("exponential.*").build(),
                View.builder().setAggregation(Aggregation.base2ExponentialBucketHistogram(20, 20)).build())
            .build();
    var meter = provider.meterBuilder("java.meter").setInstrumentationVersion("3")
        .setSchemaUrl("https://example.com/metrics").build();
    var counter = meter.counterBuilder("counter").setUnit("{request}").setDescription("requests \u010d").build();
    var latency = meter.histogramBuilder("latency").setUnit("ms").build();
    var wide = meter.histogramBuilder("exponential.wide").build();
    meter.upDownCounterBuilder("up_down").ofDoubles().build().add(-7.25);
    meter.gaugeBuilder("gauge").setUnit("Cel").build().set(-40.5);
    meter.gaugeBuilder("gauge.int").ofLongs().build().set((1L << 53) + 1, VALUES);
    for (String route : List.of("/a", "/b", "")) {
      Attributes with = Attributes.of(AttributeKey.stringKey("http.route"), route);
      counter.add(3, with, inRemote());
      for (double value : new double[] {0, 0.3, 75, 10001}) {
        latency.record(value, with, inRemote());
        wide.record(value * 1e9, with, inRemote());
      }
    }
    provider.forceFlush().join(20, TimeUnit.SECONDS);
    provider.shutdown().join(20, TimeUnit.SECONDS);
  }

  static void sendLogs(Resource resource, LogRecordExporter exporter) {
    SdkLoggerProvider provider =
        SdkLoggerProvider.builder().setResource(resource)
            .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter).build()).build();
    var logger = provider.loggerBuilder("java.logger").setInstrumentationVersion("2")
        .setSchemaUrl("https://example.com/logs").build();
    for (Severity severity : Severity.values()) {
      long time = at(severity.getSeverityNumber());
      logger.logRecordBuilder().setTimestamp(time, TimeUnit.NANOSECONDS).setObservedTimestamp(time + 9, TimeUnit.NANOSECONDS)
          .setSeverity(severity).setSeverityText(severity.name()).setBody("severity").setContext(Context.root()).emit();
    }
    List<Value<?>> bodies =
        List.of(Value.of(""), Value.of(-5), Value.of(0.5), Value.of(true), Value.of(new byte[] {0, -1}), NESTED, Value.empty());
    for (int i = 0; i < bodies.size(); i++)
      logger.logRecordBuilder().setTimestamp(at(30 + i), TimeUnit.NANOSECONDS).setBody(bodies.get(i)).emit();
    logger.logRecordBuilder().setTimestamp(at(50), TimeUnit.NANOSECONDS).setContext(inRemote()).setEventName("user.login")
        .setBody("in a span").setAllAttributes(VALUES).setAttribute("nested", NESTED).emit();
    provider.shutdown().join(20, TimeUnit.SECONDS);
  }
}
