// SPDX-License-Identifier: Apache-2.0
// Attribute values of every type that a JavaScript program can give.

export const texts = {
    'text.plain': 'GET /api/v1/orders',
    'text.empty': '',
    'text.unicode': '\u017elu\u0165ou\u010dk\u00fd k\u016f\u0148 \u65e5\u672c\u8a9e \u{1f600}',
    'text.controls': 'tab\t newline\n return\r quote" backslash\\ slash/ nul\u0000 escape\u001b delete\u007f',
    'text.separators': 'line\u2028 paragraph\u2029 bom\ufeff',
    'text.markup': '<a href="x">&amp;</a>',
    'text.of_127': 'x'.repeat(127),
    'text.of_128': 'y'.repeat(128),
    'text.of_16384': 'z'.repeat(16384),
    'cl\u00e9.\u00fcn\u00efc\u00f6d\u00e9': 'the key is not ASCII',
};

export const numbers = {
    'int.zero': 0,
    'int.one': 1,
    'int.minus_one': -1,
    'int.int32_max': 2147483647,
    'int.int32_min': -2147483648,
    'int.uint32_max': 4294967295,
    'int.safe_max': Number.MAX_SAFE_INTEGER,
    'int.safe_min': Number.MIN_SAFE_INTEGER,
    'double.half': 0.5,
    'double.tenth': 0.1,
    'double.negative': -273.15,
    'double.tiny': 1e-7,
    'double.micro': 1e-6,
    'double.smallest': 5e-324,
    'double.pi': Math.PI,
    'bool.yes': true,
    'bool.no': false,
};

/// What OTLP/JSON of this SDK distorts: NaN and infinities become null, integers above 2^53 lose
/// their last digits. Protobuf carries them exactly.
export const protobufOnly = {
    'double.nan': NaN,
    'double.infinity': Infinity,
    'double.minus_infinity': -Infinity,
    'double.huge': 1e21,
    'double.largest': Number.MAX_VALUE,
    'int.two_to_60': 2 ** 60,
    'int.int64_min': -(2 ** 63),
};

export const arrays = {
    'array.texts': ['a', '', '\u010d'],
    'array.ints': [1, -2, 9007199254740991],
    'array.doubles': [0.25, -0.75],
    'array.mixed_numbers': [1, 1.5],
    'array.bools': [true, false],
    'array.empty': [],
};

/// Values that only log bodies and log attributes may have.
export const nested = {
    'map': {z: 1, a: 'first', deep: {list: [1, 'two', {three: 3}], nothing: null}},
    'map.empty': {},
    'bytes': new Uint8Array([0, 1, 127, 128, 255]),
    'bytes.empty': new Uint8Array([]),
    'array.of_everything': ['text', 7, 1.25, true, null, [1, [2, [3]]], {k: 'v'},
                            new Uint8Array([222, 173, 190, 239])],
    'nothing': null,
};

/// The simple values, those which the protocol carries exactly.
export const simpleValues = protocol =>
    ({...texts, ...numbers, ...arrays, ...(protocol === 'http/json' ? {} : protobufOnly)});
