// SPDX-License-Identifier: Apache-2.0
// Times and ids which are the same in every run.

/// Nanoseconds since 1970 as a BigInt -> the SDK's [seconds, nanoseconds].
export const hrTime = nanoseconds =>
    [Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)];

/// The reverse, as text: a number would lose the last digits.
export const nanoseconds = ([seconds, rest]) =>
    (BigInt(seconds) * 1_000_000_000n + BigInt(rest)).toString();

/// Numbers that look random: 32 bits each (mulberry32).
export function generator(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return (mixed ^ (mixed >>> 14)) >>> 0;
    };
}

/// An IdGenerator for the SDK; its ids look random and are never zero.
export class SteadyIds {
    constructor(seed) {
        const next = generator(seed);
        const hex = words =>
            Array.from({length: words}, () => next().toString(16).padStart(8, '0')).join('');
        this.generateTraceId = () => hex(4).replace(/^0/, '1');
        this.generateSpanId = () => hex(2).replace(/^0/, '1');
    }
}
