// SPDX-License-Identifier: Apache-2.0
// Spans: every kind, status, attribute type, event, link and parent that the SDK can make.

import {ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, createTraceState, trace} from '@opentelemetry/api';
import {resourceFromAttributes} from '@opentelemetry/resources';
import {SimpleSpanProcessor, TracerProvider} from '@opentelemetry/sdk-trace';

import {SteadyIds, generator, hrTime} from './clock.mjs';
import {arrays, numbers, simpleValues, texts} from './values.mjs';

const remoteParent = traceState => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    traceState,
});

const linkTo = (spanId, extra) =>
    ({context: {traceId: 'ffeeddccbbaa99887766554433221100', spanId, traceFlags: TraceFlags.NONE, ...extra}});

/// A span of what an instrumented web server produces; `next` gives random numbers.
export function webSpan(tracer, next, start, duration) {
    const path = `/api/v1/orders/${next() % 50000}`;
    const failed = next() % 50 === 0;
    const span = tracer.startSpan(`GET /api/v1/orders/:id`, {
        kind: SpanKind.SERVER,
        startTime: start && hrTime(start),
        root: true,
        attributes: {
            'http.request.method': 'GET',
            'http.route': '/api/v1/orders/:id',
            'http.response.status_code': failed ? 500 : 200,
            'url.path': path,
            'url.scheme': 'https',
            'server.address': 'shop.example.com',
            'server.port': 443,
            'client.address': `10.1.${next() % 256}.${next() % 256}`,
            'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
            'network.protocol.version': '1.1',
        },
    });
    if (failed) span.setStatus({code: SpanStatusCode.ERROR, message: 'upstream timed out'});
    span.end(start && hrTime(start + duration));
    return span;
}

function everyKindAndStatus(tracer, at) {
    for (const kind of [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER])
        for (const status of [{code: SpanStatusCode.UNSET}, {code: SpanStatusCode.OK},
                              {code: SpanStatusCode.ERROR, message: `kind ${kind} failed: \u010das`}]) {
            const start = at(kind * 10 + status.code);
            const span = tracer.startSpan(`kind ${SpanKind[kind]}`, {kind, startTime: hrTime(start), root: true});
            span.setStatus(status);
            span.end(hrTime(start + 1_234_567n));
        }
}

function everyAttribute(tracer, at, protocol) {
    const all = tracer.startSpan('every attribute', {startTime: hrTime(at(100)), root: true,
                                                     attributes: simpleValues(protocol)});
    all.end(hrTime(at(100) + 1n));
    tracer.startSpan('', {startTime: hrTime(at(101)), root: true}).end(hrTime(at(101)));   // no name, no time
}

function parentsEventsLinks(tracer, at) {
    const traceState = createTraceState('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    const remote = trace.setSpanContext(ROOT_CONTEXT, remoteParent(traceState));
    const server = tracer.startSpan('remote parent', {kind: SpanKind.SERVER, startTime: hrTime(at(200)),
        links: [linkTo('0011223344556677'),
                {...linkTo('8899aabbccddeeff', {isRemote: true, traceState: createTraceState('k=v')}),
                 attributes: {...arrays, 'link.n': 1}}]}, remote);
    const child = tracer.startSpan('local parent', {kind: SpanKind.CLIENT, startTime: hrTime(at(201))},
                                   trace.setSpan(ROOT_CONTEXT, server));
    child.addEvent('no attributes', undefined, hrTime(at(202)));
    child.addEvent('', {}, hrTime(at(203)));
    child.addEvent('attributes', {...numbers, ...texts}, hrTime(at(204)));
    const problem = new TypeError('cannot read properties of undefined');
    problem.stack = 'TypeError: cannot read properties of undefined\n    at handler (/srv/app.js:10:5)';
    child.recordException(problem, hrTime(at(205)));
    child.addLink(linkTo('1111111111111111'));
    child.setAttribute('repeated', 1);
    child.setAttribute('repeated', 2);   // the SDK keeps the last
    child.updateName('renamed');
    child.end(hrTime(at(206)));
    server.end(hrTime(at(207)));
}

function overLimits(tracer, at) {
    const many = Object.fromEntries(Array.from({length: 12}, (_, i) => [`key.${i}`, 'longer than eight']));
    const span = tracer.startSpan('over all limits', {startTime: hrTime(at(300)), root: true, attributes: many,
        links: [linkTo('1000000000000001'), linkTo('2000000000000002'),
                {...linkTo('3000000000000003'), attributes: many}]});
    for (let i = 0; i < 5; ++i) span.addEvent(`event ${i}`, many, hrTime(at(301 + i)));
    span.end(hrTime(at(310)));
}

function fixedSpans(provider, shop, at, protocol) {
    const tracer = shop.getTracer('shop.http', '0.9.0', {schemaUrl: 'https://opentelemetry.io/schemas/1.21.0'});
    everyKindAndStatus(tracer, at);
    everyAttribute(tracer, at, protocol);
    parentsEventsLinks(shop.getTracer('shop.db'), at);
    overLimits(provider(3, {'service.name': 'limited \u00e9'}, {spanLimits: {
        attributeCountLimit: 10, attributeValueLengthLimit: 8, eventCountLimit: 3, linkCountLimit: 2,
        attributePerEventCountLimit: 2, attributePerLinkCountLimit: 1}}).getTracer('limits', '1'), at);
    provider(2, {}).getTracer('').startSpan('no service name', {startTime: hrTime(at(400)), root: true})
        .end(hrTime(at(401)));
}

/// All spans as the SDK's ReadableSpan objects, in the order in which they ended.
/// `extra` spans of a web server are added to the fixed set, or are all there is if `plain`.
export async function makeSpans({base, protocol, extra, plain, seed}) {
    const ended = [];
    const collector = {export: (spans, done) => (ended.push(...spans), done({code: 0})),
                       shutdown: async () => {}, forceFlush: async () => {}};
    const at = milliseconds => base + BigInt(milliseconds) * 1_000_001n;
    const provider = (number, attributes, options = {}) => new TracerProvider({
        resource: resourceFromAttributes(attributes, {schemaUrl: options.schemaUrl}),
        idGenerator: new SteadyIds(seed + number), spanLimits: options.spanLimits,
        spanProcessors: [new SimpleSpanProcessor({exporter: collector})],
    });

    const shop = provider(1, {'service.name': 'shop', 'service.version': '1.2.3', 'host.cpu.count': 8,
                              'host.load': 0.5, 'process.command_args': ['node', 'app.js'], 'feature.on': true},
                          {schemaUrl: 'https://opentelemetry.io/schemas/1.37.0'});
    if (!plain) fixedSpans(provider, shop, at, protocol);

    const next = generator(seed + 4);
    const web = shop.getTracer('@opentelemetry/instrumentation-http', '0.223.0');
    for (let i = 0; i < (plain ? 0 : 20) + extra; ++i)
        webSpan(web, next, at(500 + i), BigInt(next() % 400_000_000));
    return ended;
}
