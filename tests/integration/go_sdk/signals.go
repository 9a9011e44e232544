// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var values = []attribute.KeyValue{
	attribute.String("text", "\u017elu\u0165ou\u010dk\u00fd \U0001f600"), attribute.String("text.empty", ""),
	attribute.Int64("int", math.MinInt64), attribute.Int64("int.large", 1<<53+1), attribute.Float64("double", 0.1),
	attribute.Float64("double.tiny", 1e-7), attribute.Float64("double.huge", 1e21), attribute.Float64("double.nan", math.NaN()),
	attribute.Bool("bool", true), attribute.StringSlice("texts", []string{"a", "", "\u010d"}),
	attribute.Int64Slice("ints", []int64{1, -2}), attribute.Float64Slice("doubles", []float64{0.25, 1e300}),
	attribute.BoolSlice("bools", []bool{true, false}), attribute.ByteSlice("bytes", []byte{222, 173, 0}),
	{Key: "nested", Value: nested},
}

var nested = attribute.MapValue(attribute.Int("z", 1), attribute.Slice("a", attribute.StringValue("two"), attribute.Float64Value(3),
	attribute.ByteSliceValue([]byte{0, 255}), attribute.MapValue(attribute.Bool("deep", true))))

func at(seconds int64) time.Time { return time.Unix(0, baseTime+seconds*1_000_000_007) }

func remoteParent() trace.SpanContext {
	state, _ := trace.ParseTraceState("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{4, 5},
		TraceFlags: trace.FlagsSampled, TraceState: state, Remote: true})
}

func sendSpans(ctx context.Context, from *resource.Resource, to sdktrace.SpanExporter) error {
	provider := sdktrace.NewTracerProvider(sdktrace.WithResource(from), sdktrace.WithBatcher(to))
	tracer := provider.Tracer("go.http", trace.WithInstrumentationVersion("1.2"), trace.WithSchemaURL("https://example.com/spans"),
		trace.WithInstrumentationAttributes(attribute.Int("scope.n", 1)))
	for kind := trace.SpanKindInternal; kind <= trace.SpanKindConsumer; kind++ {
		for _, code := range []codes.Code{codes.Unset, codes.Ok, codes.Error} {
			_, span := tracer.Start(ctx, "kind "+kind.String(), trace.WithSpanKind(kind), trace.WithTimestamp(at(int64(kind))))
			span.SetStatus(code, "it failed \u010d")
			span.End(trace.WithTimestamp(at(int64(kind)).Add(1_234_567)))
		}
	}
	remote := remoteParent()
	inside, parent := tracer.Start(trace.ContextWithRemoteSpanContext(ctx, remote), "every value", trace.WithTimestamp(at(10)),
		trace.WithAttributes(values...), trace.WithLinks(trace.Link{SpanContext: remote, Attributes: values}))
	_, child := tracer.Start(inside, "child", trace.WithTimestamp(at(11)))
	child.AddEvent("an event", trace.WithAttributes(values...), trace.WithTimestamp(at(12)))
	child.AddEvent("", trace.WithTimestamp(at(13)))
	child.RecordError(errors.New("it broke"), trace.WithTimestamp(at(14)))
	child.End(trace.WithTimestamp(at(15)))
	parent.End(trace.WithTimestamp(at(16)))
	limits := sdktrace.NewSpanLimits()
	limits.AttributeCountLimit, limits.EventCountLimit, limits.LinkCountLimit = 2, 1, 1
	limited := sdktrace.NewTracerProvider(sdktrace.WithResource(from), sdktrace.WithBatcher(to), sdktrace.WithRawSpanLimits(limits))
	_, span := limited.Tracer("").Start(ctx, "over its limits", trace.WithAttributes(values...),
		trace.WithLinks(trace.Link{SpanContext: remote}, trace.Link{SpanContext: remote}))
	span.AddEvent("one")
	span.AddEvent("two")
	span.End()
	return errors.Join(limited.ForceFlush(ctx), provider.Shutdown(ctx))
}

// load is a steady rate of spans through a batch processor with its defaults.
type load struct{ rate, seconds int64 }

func (l load) send(ctx context.Context, from *resource.Resource, to sdktrace.SpanExporter) error {
	provider := sdktrace.NewTracerProvider(sdktrace.WithResource(from), sdktrace.WithBatcher(to))
	tracer := provider.Tracer("load")
	start := time.Now()
	for made := int64(0); made < l.rate*l.seconds; time.Sleep(10 * time.Millisecond) {
		for due := min(l.rate*l.seconds, int64(time.Since(start).Seconds()*float64(l.rate))); made < due; made++ {
			_, span := tracer.Start(ctx, "load", trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.Int64("n", made)))
			span.End()
		}
	}
	return provider.Shutdown(ctx)
}

func deltaOfSome(kind sdkmetric.InstrumentKind) metricdata.Temporality {
	if kind == sdkmetric.InstrumentKindCounter || kind == sdkmetric.InstrumentKindHistogram {
		return metricdata.DeltaTemporality
	}
	return metricdata.CumulativeTemporality
}

type withDelta struct{ sdkmetric.Exporter }

func (withDelta) Temporality(kind sdkmetric.InstrumentKind) metricdata.Temporality {
	return deltaOfSome(kind)
}

func sendMetrics(ctx context.Context, from *resource.Resource, to sdkmetric.Exporter) error {
	exponential := sdkmetric.NewView(sdkmetric.Instrument{Name: "exponential.*"},
		sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 20, MaxScale: 20}})
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithResource(from), sdkmetric.WithView(exponential),
		sdkmetric.WithExemplarFilter(exemplar.AlwaysOnFilter),
		sdkmetric.WithReader(sdkmetric.NewPeriodicReader(withDelta{to}, sdkmetric.WithInterval(time.Hour))))
	meter := provider.Meter("go.meter", metric.WithInstrumentationVersion("3"), metric.WithSchemaURL("https://example.com/metrics"),
		metric.WithInstrumentationAttributes(attribute.Int("meter.n", 1)))
	counter, first := meter.Int64Counter("counter", metric.WithUnit("{request}"), metric.WithDescription("requests \u010d"))
	upDown, second := meter.Float64UpDownCounter("up_down")
	gauge, third := meter.Float64Gauge("gauge", metric.WithUnit("Cel"))
	whole, fourth := meter.Int64Gauge("gauge.int")
	latency, fifth := meter.Float64Histogram("latency", metric.WithUnit("ms"))
	wide, sixth := meter.Float64Histogram("exponential.wide")
	if err := errors.Join(first, second, third, fourth, fifth, sixth); err != nil {
		return err
	}
	sampled := trace.ContextWithSpanContext(ctx, remoteParent())
	for _, route := range []string{"/a", "/b", ""} {
		with := metric.WithAttributes(attribute.String("http.route", route))
		counter.Add(sampled, 3, with, metric.WithAttributes(values...))
		for _, value := range []float64{0, 0.3, 75, 10001} {
			latency.Record(sampled, value, with)
			wide.Record(sampled, value*1e9, with)
		}
	}
	wide.Record(ctx, -2.5)
	upDown.Add(ctx, -7.25)
	gauge.Record(ctx, -40.5)
	whole.Record(ctx, 1<<53+1)
	return errors.Join(provider.ForceFlush(ctx), provider.Shutdown(ctx))
}

func sendLogs(ctx context.Context, from *resource.Resource, to sdklog.Exporter) error {
	provider := sdklog.NewLoggerProvider(sdklog.WithResource(from), sdklog.WithProcessor(sdklog.NewBatchProcessor(to)),
		sdklog.WithAttributeCountLimit(20))
	logger := provider.Logger("go.logger", log.WithInstrumentationVersion("2"), log.WithSchemaURL("https://example.com/logs"),
		log.WithInstrumentationAttributes(attribute.Int("logger.n", 1)))
	emit := func(ctx context.Context, second int64, fill func(*log.Record)) {
		var record log.Record
		record.SetTimestamp(at(second))
		record.SetObservedTimestamp(at(second + 1))
		fill(&record)
		logger.Emit(ctx, record)
	}
	for severity := log.SeverityTrace1; severity <= log.SeverityFatal4; severity++ {
		emit(ctx, int64(severity), func(record *log.Record) {
			record.SetSeverity(severity)
			record.SetSeverityText(severity.String())
			record.SetBody(attribute.StringValue("severity"))
		})
	}
	for i, body := range []attribute.Value{attribute.StringValue(""), attribute.Int64Value(-5), attribute.Float64Value(0.5),
		attribute.BoolValue(true), attribute.ByteSliceValue([]byte{0, 255}),
		attribute.SliceValue(attribute.IntValue(1), attribute.Value{}), nested, {}} {
		emit(ctx, int64(30+i), func(record *log.Record) { record.SetBody(body) })
	}
	emit(trace.ContextWithSpanContext(ctx, remoteParent()), 50, func(record *log.Record) {
		record.SetBody(attribute.StringValue("in a span"))
		record.SetEventName("user.login")
		record.AddAttributes(values...)
	})
	return provider.Shutdown(ctx)
}
