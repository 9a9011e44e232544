// SPDX-License-Identifier: Apache-2.0
// Metrics: every instrument and aggregation, with both temporalities. The SDK has no summaries and
// exports no exemplars; tests/golden/otlp/make_edge.py has those.

import {ValueType} from '@opentelemetry/api';
import {resourceFromAttributes} from '@opentelemetry/resources';
import {AggregationTemporality, AggregationType, MeterProvider, MetricReader} from '@opentelemetry/sdk-metrics';

import {hrTime} from './clock.mjs';
import {arrays, numbers} from './values.mjs';

class OnDemand extends MetricReader {
    constructor(temporality) { super({aggregationTemporalitySelector: () => temporality}); }
    async onShutdown() {}
    async onForceFlush() {}
}

const views = [
    {instrumentName: 'exponential.*', aggregation: {type: AggregationType.EXPONENTIAL_HISTOGRAM, options: {maxSize: 20}}},
    {instrumentName: 'bare.exponential', aggregation: {type: AggregationType.EXPONENTIAL_HISTOGRAM,
                                                       options: {recordMinMax: false}}},
    {instrumentName: 'latency.custom', aggregation: {type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
                                                     options: {boundaries: [0, 0.5, 1, 2.5], recordMinMax: false}}},
    {instrumentName: 'latency.one_bucket', aggregation: {type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
                                                         options: {boundaries: []}}},
];

function instruments(meter) {
    const whole = {valueType: ValueType.INT};
    const watched = (kind, name, values, options) =>
        meter[`createObservable${kind}`](name, options).addCallback(result =>
            values.forEach((value, i) => result.observe(value, {watched: name, i})));
    watched('Counter', 'watched.counter', [3, 30], {...whole, unit: '1'});
    watched('UpDownCounter', 'watched.up_down', [-5], whole);
    watched('Gauge', 'watched.gauge', [0.1, -40.5, 1e-7], {description: 'a gauge that is asked', unit: 'Cel'});
    watched('Gauge', 'watched.gauge_int', [Number.MAX_SAFE_INTEGER, 0], whole);
    return {
        counter: meter.createCounter('requests', {...whole, description: 'requests \u010d', unit: '{request}'}),
        doubles: meter.createCounter('bytes.double', {unit: 'By'}),
        upDown: meter.createUpDownCounter('queue.length', whole),
        gauge: meter.createGauge('temperature', {unit: 'Cel'}),
        histogram: meter.createHistogram('latency', {unit: 'ms', description: 'default boundaries'}),
        custom: meter.createHistogram('latency.custom', {unit: 's'}),
        oneBucket: meter.createHistogram('latency.one_bucket', whole),
        exponential: meter.createHistogram('exponential.wide'),
        narrow: meter.createHistogram('exponential.narrow', whole),
        bare: meter.createHistogram('bare.exponential'),
    };
}

function record(tools, round) {
    for (let i = 0; i < 3; ++i) tools.counter.add(round * 10 + i, {'http.route': `/r/${i}`, status: 200 + i});
    tools.counter.add(1);
    tools.doubles.add(0.1 * round, {...arrays, ...numbers});
    tools.upDown.add(-3, {queue: 'a'});
    tools.upDown.add(5, {queue: ''});
    tools.gauge.record(-0.5 * round, {room: '\u65e5\u672c'});
    for (const value of [0, 0.3, 5, 5.5, 75, 10001]) tools.histogram.record(value * round, {path: '/a'});
    for (const value of [0.5, 0.75, 9]) tools.custom.record(value);
    tools.oneBucket.record(7);
    for (const value of [1e-300, 0.001, 1, 1.5, 2, 1000, 1e18, 1e300]) tools.exponential.record(value, {wide: true});
    for (const value of [0, 0, 100, 101, 102]) tools.narrow.record(value);
    tools.bare.record(4 * round);
}

/// Times come from the machine's clock in this SDK; these are the same in every run.
function setTimes(metrics, base, round) {
    const start = metrics.aggregationTemporality === AggregationTemporality.DELTA ? round - 1 : 0;
    for (const point of metrics.dataPoints) {
        point.startTime = hrTime(base + BigInt(start) * 10_000_000_007n);
        point.endTime = hrTime(base + BigInt(round) * 10_000_000_007n);
    }
}

/// What was collected, as a list of the SDK's ResourceMetrics: two rounds of two temporalities.
export async function makeMetrics({base}) {
    const readers = [new OnDemand(AggregationTemporality.CUMULATIVE), new OnDemand(AggregationTemporality.DELTA)];
    const provider = new MeterProvider({readers, views, resource: resourceFromAttributes(
        {'service.name': 'shop', 'host.cpu.count': 8}, {schemaUrl: 'https://opentelemetry.io/schemas/1.37.0'})});
    const tools = instruments(provider.getMeter('shop.meter', '3.1', {schemaUrl: 'https://example.com/meter'}));
    const other = provider.getMeter('other').createCounter('other.counter');
    const collected = [];
    for (const round of [1, 2]) {
        record(tools, round);
        other.add(round);
        for (const reader of readers) {
            const {resourceMetrics, errors} = await reader.collect();
            if (errors.length) throw new AggregateError(errors, 'collecting metrics failed');
            // The SDK reuses its objects in the next round.
            const copy = {resource: resourceMetrics.resource, scopeMetrics: structuredClone(resourceMetrics.scopeMetrics)};
            for (const {metrics} of copy.scopeMetrics) metrics.forEach(one => setTimes(one, base, round));
            collected.push(copy);
        }
    }
    return collected;
}
