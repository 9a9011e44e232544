// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// capture writes what passes by into files, numbered in the order of sending.
type capture struct {
	directory string
	mutex     sync.Mutex
	count     int
}

func (c *capture) keep(signal string, body []byte) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.count++
	return os.WriteFile(filepath.Join(c.directory, fmt.Sprintf("%04d_%s.pb", c.count, signal)), body, 0o644)
}

// RoundTrip makes it the transport of an HTTP client.
func (c *capture) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	plain := body
	if request.Header.Get("Content-Encoding") == "gzip" {
		reader, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		if plain, err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
	if err := c.keep(filepath.Base(request.URL.Path), plain); err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(request)
}

// intercept makes it an interceptor of a gRPC client.
func (c *capture) intercept(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn,
	invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	body, err := proto.Marshal(request.(proto.Message))
	if err != nil {
		return err
	}
	signal := "logs"
	if strings.Contains(method, ".trace.") {
		signal = "traces"
	} else if strings.Contains(method, ".metrics.") {
		signal = "metrics"
	}
	if err := c.keep(signal, body); err != nil {
		return err
	}
	return invoke(ctx, method, request, reply, connection, options...)
}
