// SPDX-License-Identifier: Apache-2.0
// A steady load of spans through the SDK's BatchSpanProcessor as every program has it: 512 spans a
// request, one request in flight, 2,048 spans waiting; what comes then is dropped.

import {resourceFromAttributes} from '@opentelemetry/resources';
import {BatchSpanProcessor, TracerProvider} from '@opentelemetry/sdk-trace';

import {generator} from './clock.mjs';
import {webSpan} from './traces.mjs';

class Counting {
    exported = 0;
    failed = 0;
    milliseconds = [];

    constructor(exporter) { this.exporter = exporter; }

    export(spans, done) {
        const start = performance.now();
        this.exporter.export(spans, result => {
            this.milliseconds.push(performance.now() - start);
            if (result.code === 0) this.exported += spans.length;
            else this.failed += spans.length;
            done(result);
        });
    }

    shutdown() { return this.exporter.shutdown(); }
    forceFlush() { return this.exporter.forceFlush(); }
}

const quantile = (sorted, q) => sorted.length ? Math.round(sorted[Math.floor(q * (sorted.length - 1))] * 10) / 10 : 0;

/// Makes `rate` spans a second for `seconds` and says what became of them. `made` spans are those
/// that ended; `exportedInTime` were confirmed before the load ended, the others at shutdown.
export async function run(exporter, {rate, seconds}) {
    const counting = new Counting(exporter);
    const provider = new TracerProvider({
        resource: resourceFromAttributes({'service.name': 'load', 'service.instance.id': `${process.pid}`}),
        spanProcessors: [new BatchSpanProcessor({exporter: counting})]});
    const tracer = provider.getTracer('load', '1.0');
    const next = generator(process.pid);
    const start = performance.now();
    let made = 0;
    await new Promise(resolve => {
        const timer = setInterval(() => {
            const elapsed = Math.min((performance.now() - start) / 1000, seconds);
            while (made < Math.floor(elapsed * rate)) {
                webSpan(tracer, next);
                ++made;
            }
            if (elapsed >= seconds) resolve(clearInterval(timer));
        }, 5);
    });
    const exportedInTime = counting.exported;
    await provider.shutdown().catch(() => {});
    const {exported, failed} = counting;
    const sorted = [...counting.milliseconds].sort((a, b) => a - b);
    return {made, exported, failed, dropped: made - exported - failed, exportedInTime, requests: sorted.length,
            requestMilliseconds: {p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1)}};
}
