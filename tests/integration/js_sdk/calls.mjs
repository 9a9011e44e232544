// SPDX-License-Identifier: Apache-2.0
// Makes gRPC calls with grpc-js, all at the same time on one connection.
//
//   node calls.mjs HOST:PORT [--gzip] < calls.json
//
// calls.json is a list of {"path": "/package.Service/Method", "body": base64, "timeout": milliseconds}.
// Prints a list of what each came to, in the same order: {"code": n, "message": text, "body": base64,
// "details": base64 of grpc-status-details-bin}.

import {json} from 'node:stream/consumers';

import grpc from '@grpc/grpc-js';

const [address, ...flags] = process.argv.slice(2);
const calls = await json(process.stdin);
const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
    ...(flags.includes('--gzip') ? {'grpc.default_compression_algorithm': 2} : {}),
    'grpc.max_send_message_length': -1,
});
const same = bytes => bytes;

function make({path, body = '', timeout = 30000}) {
    return new Promise(done => {
        client.makeUnaryRequest(path, same, same, Buffer.from(body, 'base64'), new grpc.Metadata(),
            {deadline: Date.now() + timeout}, (error, response) => {
                const [details] = error?.metadata?.get('grpc-status-details-bin') ?? [];
                done({code: error?.code ?? 0, message: error?.details ?? '', body: response?.toString('base64') ?? '',
                      details: details?.toString('base64') ?? ''});
            });
    });
}

console.log(JSON.stringify(await Promise.all(calls.map(make))));
client.close();
