// SPDX-License-Identifier: Apache-2.0
// Sends OTLP with the OpenTelemetry SDK and exporters for JavaScript.
//
//   npm install --no-package-lock
//   node send.mjs --endpoint http://127.0.0.1:4318 --protocol http/protobuf --record sent.json
//
//   --endpoint URL        without a path; gRPC: http://host:port
//   --protocol NAME       http/protobuf (default), http/json, grpc
//   --gzip                compress requests
//   --record FILE         write what was sent (record.mjs describes the form)
//   --signals LIST        default: traces,metrics,logs
//   --base-time NS        of the first record; default: a fixed time in November 2026
//   --extra N             N more spans and log records of a web server
//   --plain               only those: none of the fixed set of spans and logs
//   --seed N              other ids and random values than those of seed 0
//   --timeout MS          of a request; default 10000, as in the SDK
//   --rate N --seconds S  instead of all that: N spans a second for S seconds (rate.mjs)
//
// Prints one line of JSON. Ends with 1 if any request was not accepted, 2 on wrong usage.

import {writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';

import {DiagLogLevel, diag} from '@opentelemetry/api';
import {CompressionAlgorithm} from '@opentelemetry/otlp-exporter-base';

import {makeLogs} from './logs.mjs';
import {makeMetrics} from './metrics.mjs';
import {run} from './rate.mjs';
import {describe} from './record.mjs';
import {makeSpans} from './traces.mjs';

const packageOf = {'http/protobuf': 'proto', 'http/json': 'http', 'grpc': 'grpc'};
const signalNames = {traces: ['trace', 'OTLPTraceExporter'], metrics: ['metrics', 'OTLPMetricExporter'],
                     logs: ['logs', 'OTLPLogExporter']};

function readOptions() {
    const {values} = parseArgs({options: {
        'endpoint': {type: 'string'}, 'protocol': {type: 'string', default: 'http/protobuf'},
        'gzip': {type: 'boolean', default: false}, 'record': {type: 'string'},
        'signals': {type: 'string', default: 'traces,metrics,logs'},
        'base-time': {type: 'string', default: '1795000000123456789'}, 'extra': {type: 'string', default: '0'},
        'plain': {type: 'boolean', default: false}, 'seed': {type: 'string', default: '0'},
        'timeout': {type: 'string', default: '10000'}, 'rate': {type: 'string'}, 'seconds': {type: 'string', default: '10'},
    }});
    const signals = values.signals.split(',');
    if (!values.endpoint) throw new Error('--endpoint is missing');
    if (!(values.protocol in packageOf)) throw new Error(`unknown protocol ${values.protocol}`);
    for (const signal of signals)
        if (!(signal in signalNames)) throw new Error(`unknown signal ${signal}`);
    return {...values, signals, base: BigInt(values['base-time']), extra: Number(values.extra),
            seed: 1000 * Number(values.seed)};
}

async function makeExporter(signal, {protocol, endpoint, gzip, timeout}) {
    const [name, className] = signalNames[signal];
    const module = await import(`@opentelemetry/exporter-${name}-otlp-${packageOf[protocol]}`);
    return new module[className]({
        url: protocol === 'grpc' ? endpoint : `${endpoint.replace(/\/$/, '')}/v1/${signal}`,
        compression: gzip ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
        timeoutMillis: Number(timeout),
    });
}

/// Sends each item in a request of its own; gives the error texts.
async function send(exporter, items) {
    const errors = [];
    for (const item of items) {
        const result = await new Promise(done => exporter.export(item, done));
        if (result.code !== 0) errors.push(String(result.error?.message ?? 'failed'));
    }
    await exporter.shutdown();
    return errors;
}

async function sendAll(options) {
    const make = {traces: async () => [await makeSpans(options)], logs: async () => [await makeLogs(options)],
                  metrics: () => makeMetrics(options)};
    const sent = {traces: [[]], logs: [[]], metrics: []};
    const summary = {};
    for (const signal of options.signals) {
        sent[signal] = await make[signal]();
        const errors = await send(await makeExporter(signal, options), sent[signal]);
        summary[signal] = {requests: sent[signal].length, errors};
    }
    const described = describe({spans: sent.traces[0], logs: sent.logs[0], metrics: sent.metrics});
    for (const signal of options.signals) summary[signal].records = described[signal].length;
    if (options.record)
        writeFileSync(options.record, JSON.stringify({protocol: options.protocol, ...described}, null, 1) + '\n');
    return {accepted: Object.values(summary).every(one => one.errors.length === 0), ...summary};
}

let options;
try {
    options = readOptions();
} catch (problem) {
    console.error(`send.mjs: ${problem.message}; the file's head lists the options`);
    process.exit(2);
}

// Whatever the SDK would hide, partial success included, goes to standard error.
const stderrOnly = Object.fromEntries(['error', 'warn', 'info', 'debug', 'verbose'].map(
    level => [level, (...all) => console.error(level, ...all)]));
diag.setLogger(stderrOnly, DiagLogLevel.WARN);

if (options.rate) {
    const exporter = await makeExporter('traces', options);
    const result = await run(exporter, {rate: Number(options.rate), seconds: Number(options.seconds)});
    console.log(JSON.stringify(result));
    process.exitCode = result.failed ? 1 : 0;
} else {
    const result = await sendAll(options);
    console.log(JSON.stringify(result));
    process.exitCode = result.accepted ? 0 : 1;
}
