// SPDX-License-Identifier: Apache-2.0
// What was handed to the exporters, as plain JSON that a test compares field by field.
//
// It is made from the SDK's objects, never from encoded bytes. One entry a span, log record or
// data point, in the order in which they were sent; `resource` and `scope` are indexes into the
// lists of the same name.
//
//   time      text, nanoseconds since 1970
//   id        lowercase hex, or "" where there is none
//   value     {"string": text} {"bool": b} {"int": text} {"double": text} {"bytes": hex}
//             {"array": [value...]} {"kvlist": [[key, value]...]} {} (nothing)
//   attributes [[key, value]...] in the order in which they were sent
//   double    the shortest text that reads back as the same number; "NaN", "Infinity", "-Infinity"

import {SpanKind} from '@opentelemetry/api';
import {AggregationTemporality, DataPointType} from '@opentelemetry/sdk-metrics';

import {nanoseconds} from './clock.mjs';

const double = value => (Object.is(value, -0) ? '-0' : String(value));

// The SDK writes every whole number as an int, as far as it fits into 64 bits.
const isInt = value => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;

function value(given) {
    if (typeof given === 'string') return {string: given};
    if (typeof given === 'boolean') return {bool: given};
    if (typeof given === 'number') return isInt(given) ? {int: BigInt(given).toString()} : {double: double(given)};
    if (given instanceof Uint8Array) return {bytes: Buffer.from(given).toString('hex')};
    if (Array.isArray(given)) return {array: given.map(value)};
    if (typeof given === 'object' && given !== null) return {kvlist: attributes(given)};
    return {};
}

const attributes = given => Object.entries(given ?? {}).map(([key, one]) => [key, value(one)]);

/// Lists of distinct resources and scopes, filled while records are described.
class Surroundings {
    resources = [];
    scopes = [];

    resource(given) {
        return this.#index(this.resources, {attributes: attributes(given.attributes), schemaUrl: given.schemaUrl ?? ''});
    }

    scope(given) {
        return this.#index(this.scopes, {name: given.name, version: given.version ?? '',
                                         schemaUrl: given.schemaUrl ?? ''});
    }

    #index(list, one) {
        const text = JSON.stringify(one);
        const found = list.findIndex(other => JSON.stringify(other) === text);
        return found >= 0 ? found : list.push(one) - 1;
    }
}

// Low byte: W3C trace flags. Bit 8: it is known whether the parent is remote. Bit 9: it is.
const spanFlags = (traceFlags, isRemote) => (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);

function describeSpan(span, around) {
    const {traceId, spanId, traceState, traceFlags} = span.spanContext();
    return {
        resource: around.resource(span.resource),
        scope: around.scope(span.instrumentationScope),
        traceId, spanId,
        parentSpanId: span.parentSpanContext?.spanId ?? '',
        traceState: traceState?.serialize() ?? '',
        flags: spanFlags(traceFlags, span.parentSpanContext?.isRemote),
        name: span.name,
        kind: {[SpanKind.INTERNAL]: 1, [SpanKind.SERVER]: 2, [SpanKind.CLIENT]: 3, [SpanKind.PRODUCER]: 4,
               [SpanKind.CONSUMER]: 5}[span.kind],
        startTimeUnixNano: nanoseconds(span.startTime),
        endTimeUnixNano: nanoseconds(span.endTime),
        attributes: attributes(span.attributes),
        droppedAttributesCount: span.droppedAttributesCount,
        events: span.events.map(event => ({
            timeUnixNano: nanoseconds(event.time), name: event.name, attributes: attributes(event.attributes),
            droppedAttributesCount: event.droppedAttributesCount ?? 0})),
        droppedEventsCount: span.droppedEventsCount,
        links: span.links.map(link => ({
            traceId: link.context.traceId, spanId: link.context.spanId,
            traceState: link.context.traceState?.serialize() ?? '',
            flags: spanFlags(link.context.traceFlags, link.context.isRemote),
            attributes: attributes(link.attributes), droppedAttributesCount: link.droppedAttributesCount ?? 0})),
        droppedLinksCount: span.droppedLinksCount,
        status: {code: span.status.code, message: span.status.message ?? ''},
    };
}

function describeLog(log, around) {
    return {
        resource: around.resource(log.resource),
        scope: around.scope(log.instrumentationScope),
        timeUnixNano: nanoseconds(log.hrTime),
        observedTimeUnixNano: nanoseconds(log.hrTimeObserved),
        severityNumber: log.severityNumber ?? 0,
        severityText: log.severityText ?? '',
        body: value(log.body),
        attributes: attributes(log.attributes),
        droppedAttributesCount: log.droppedAttributesCount,
        traceId: log.spanContext?.traceId ?? '',
        spanId: log.spanContext?.spanId ?? '',
        flags: log.spanContext?.traceFlags ?? 0,
        eventName: log.eventName ?? '',
    };
}

const optionalDouble = given => (given === undefined ? null : double(given));

const counts = list => Array.from(list, count => String(count));

const describeValue = {
    [DataPointType.SUM]: (value, metric) => number(value, metric),
    [DataPointType.GAUGE]: (value, metric) => number(value, metric),
    [DataPointType.HISTOGRAM]: value => ({
        count: String(value.count), sum: optionalDouble(value.sum), min: optionalDouble(value.min),
        max: optionalDouble(value.max), bucketCounts: counts(value.buckets.counts),
        explicitBounds: value.buckets.boundaries.map(double)}),
    [DataPointType.EXPONENTIAL_HISTOGRAM]: value => ({
        count: String(value.count), sum: optionalDouble(value.sum), min: optionalDouble(value.min),
        max: optionalDouble(value.max), scale: value.scale, zeroCount: String(value.zeroCount),
        positive: {offset: value.positive.offset, bucketCounts: counts(value.positive.bucketCounts)},
        negative: {offset: value.negative.offset, bucketCounts: counts(value.negative.bucketCounts)}}),
};

const kindName = {
    [DataPointType.SUM]: 'sum', [DataPointType.GAUGE]: 'gauge', [DataPointType.HISTOGRAM]: 'histogram',
    [DataPointType.EXPONENTIAL_HISTOGRAM]: 'exponential_histogram',
};

function number(given, metric) {
    const isWhole = metric.descriptor.valueType === 0;   // api.ValueType.INT
    return {value: isWhole ? {int: BigInt(given).toString()} : {double: double(given)}};
}

function describePoint(point, metric, scope, resource, around) {
    const hasTemporality = metric.dataPointType !== DataPointType.GAUGE;
    const isDelta = metric.aggregationTemporality === AggregationTemporality.DELTA;
    return {
        resource: around.resource(resource),
        scope: around.scope(scope),
        kind: kindName[metric.dataPointType],
        name: metric.descriptor.name,
        description: metric.descriptor.description,
        unit: metric.descriptor.unit,
        temporality: hasTemporality ? (isDelta ? 1 : 2) : 0,
        isMonotonic: metric.isMonotonic ?? false,
        attributes: attributes(point.attributes),
        startTimeUnixNano: nanoseconds(point.startTime),
        timeUnixNano: nanoseconds(point.endTime),
        ...describeValue[metric.dataPointType](point.value, metric),
    };
}

/// Describes all that was sent of the three signals.
export function describe({spans = [], logs = [], metrics = []}) {
    const around = new Surroundings();
    const described = {
        traces: spans.map(span => describeSpan(span, around)),
        logs: logs.map(log => describeLog(log, around)),
        metrics: metrics.flatMap(({resource, scopeMetrics}) => scopeMetrics.flatMap(({scope, metrics: list}) =>
            list.flatMap(metric => metric.dataPoints.map(
                point => describePoint(point, metric, scope, resource, around))))),
    };
    return {resources: around.resources, scopes: around.scopes, ...described};
}
