// SPDX-License-Identifier: Apache-2.0

// Sends traces, metrics and logs of every sort with the OpenTelemetry SDK for Go.
//
//	send --endpoint http://127.0.0.1:4318 --protocol http/protobuf [--gzip] --capture DIRECTORY
//	send ... --rate N --seconds S       instead of that, N spans a second through a default batch processor
//
// --endpoint has no path. What goes out is also written, as protobuf requests, into the directory of
// --capture: seen by the exporters' HTTP client or gRPC interceptor, before compression. Ends with 1 if any
// request was not accepted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

const baseTime = 1_795_000_000_123_456_789

func main() {
	endpoint := flag.String("endpoint", "", "http://host:port, without a path")
	protocol := flag.String("protocol", "http/protobuf", "http/protobuf or grpc")
	gzip := flag.Bool("gzip", false, "compress requests")
	directory := flag.String("capture", "", "where copies of the requests go")
	rate := flag.Int64("rate", 0, "spans a second")
	seconds := flag.Int64("seconds", 10, "how long spans are made")
	flag.Parse()
	if err := run(*endpoint, *protocol, *gzip, &capture{directory: *directory}, load{*rate, *seconds}); err != nil {
		fmt.Fprintln(os.Stderr, "send:", err)
		os.Exit(1)
	}
}

func run(endpoint, protocol string, gzip bool, seen *capture, steady load) error {
	var failed []error
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { failed = append(failed, err) }))
	ctx := context.Background()
	from := resource.NewWithAttributes("https://opentelemetry.io/schemas/1.37.0", attribute.String("service.name", "go"),
		attribute.Int("host.cpu.count", 8), attribute.StringSlice("process.command_args", []string{"a", "b"}))
	to, err := newExporters(ctx, endpoint, protocol, gzip, seen)
	if err != nil {
		return err
	}
	if steady.rate != 0 {
		return errors.Join(append(failed, steady.send(ctx, from, to.spans))...)
	}
	failed = append(failed, sendSpans(ctx, from, to.spans), sendMetrics(ctx, from, to.metrics), sendLogs(ctx, from, to.logs))
	return errors.Join(failed...)
}
