// SPDX-License-Identifier: Apache-2.0
// Log records: every severity, body type, attribute type, with and without a span.

import {ROOT_CONTEXT, trace} from '@opentelemetry/api';
import {resourceFromAttributes} from '@opentelemetry/resources';
import {LoggerProvider, SimpleLogRecordProcessor} from '@opentelemetry/sdk-logs';

import {SteadyIds, generator, hrTime} from './clock.mjs';
import {nested, simpleValues} from './values.mjs';

const bodies = protocol => ({
    text: 'user 42 logged in', empty: '', unicode: '\u65e5\u672c\u8a9e \u{1f600}', controls: 'a\tb\nc\u0000d',
    integer: 9007199254740991, negative: -7, double: 3.25, yes: true, no: false,
    ...nested,
    ...(protocol === 'http/json' ? {} : {nan: NaN, huge: 1e21}),
});

function everySeverity(logger, at) {
    const names = ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
    for (let number = 0; number <= 24; ++number)
        logger.emit({severityNumber: number, severityText: names[Math.ceil(number / 4)], body: `severity ${number}`,
                     timestamp: hrTime(at(number)), observedTimestamp: hrTime(at(number) + 999n),
                     context: ROOT_CONTEXT});
}

function everyBody(logger, at, protocol) {
    let step = 100;
    for (const [kind, body] of Object.entries(bodies(protocol)))
        logger.emit({body, attributes: {kind}, severityNumber: 9, severityText: 'INFO', context: ROOT_CONTEXT,
                     timestamp: hrTime(at(++step)), observedTimestamp: hrTime(at(step))});
}

function contextsAndNames(logger, at, protocol) {
    const inSpan = traceFlags => trace.setSpanContext(ROOT_CONTEXT, {
        traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags});
    const common = {timestamp: hrTime(at(200)), observedTimestamp: hrTime(at(201))};
    logger.emit({...common, body: 'in a sampled span', context: inSpan(1)});
    logger.emit({...common, body: 'in a span that is not sampled', context: inSpan(0)});
    logger.emit({...common, eventName: 'user.login', body: {user: 'eve'}, context: ROOT_CONTEXT});
    logger.emit({...common, body: 'every attribute', context: ROOT_CONTEXT,
                 attributes: {...simpleValues(protocol), ...nested}});
    logger.emit({...common, context: ROOT_CONTEXT});                        // nothing but times
    // A record without a time of its own: the SDK gives it the time of the call, so it is not here.
}

/// All records as the SDK's ReadableLogRecord objects.
export async function makeLogs({base, protocol, extra, plain, seed}) {
    const emitted = [];
    const collector = {export: (records, done) => (emitted.push(...records), done({code: 0})),
                       shutdown: async () => {}, forceFlush: async () => {}};
    const at = milliseconds => base + BigInt(milliseconds) * 1_000_003n;
    const provider = (attributes, logRecordLimits) => new LoggerProvider({
        resource: resourceFromAttributes(attributes, {schemaUrl: 'https://opentelemetry.io/schemas/1.37.0'}),
        logRecordLimits, processors: [new SimpleLogRecordProcessor({exporter: collector})]});

    const shop = provider({'service.name': 'shop', 'k8s.pod.name': 'shop-7f', 'k8s.namespace.name': 'prod'});
    const logger = shop.getLogger('shop.log', '2.0', {schemaUrl: 'https://opentelemetry.io/schemas/1.20.0'});
    if (!plain) {
        everySeverity(logger, at);
        everyBody(logger, at, protocol);
        contextsAndNames(shop.getLogger('shop.context'), at, protocol);
        provider({}, {attributeCountLimit: 2, attributeValueLengthLimit: 4}).getLogger('limits').emit({
            body: 'limited', attributes: {a: 'longer than four', b: 2, c: 3}, context: ROOT_CONTEXT,
            timestamp: hrTime(at(300)), observedTimestamp: hrTime(at(300))});
    }
    const next = generator(seed + 5);
    const ids = new SteadyIds(seed + 6);
    for (let i = 0; i < extra; ++i) {
        const context = trace.setSpanContext(ROOT_CONTEXT, {
            traceId: ids.generateTraceId(), spanId: ids.generateSpanId(), traceFlags: 1});
        const user = next() % 100000;
        logger.emit({body: `GET /api/v1/orders/${next() % 50000} 200 ${next() % 400} ms user=${user}`, context,
                     severityNumber: 9, severityText: 'INFO', timestamp: hrTime(at(400 + i)),
                     observedTimestamp: hrTime(at(400 + i)),
                     attributes: {'enduser.id': `${user}`, 'http.response.status_code': 200,
                                  'code.function.name': 'handleOrder', 'code.file.path': '/srv/app/orders.js',
                                  'code.line.number': 118, 'thread.name': `worker-${next() % 8}`}});
    }
    return emitted;
}
