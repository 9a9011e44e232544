// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
)

type exporters struct {
	spans   trace.SpanExporter
	metrics metric.Exporter
	logs    log.Exporter
}

func newExporters(ctx context.Context, endpoint, protocol string, gzip bool, seen *capture) (exporters, error) {
	host := strings.TrimPrefix(endpoint, "http://")
	if protocol == "grpc" {
		return overGRPC(ctx, host, gzip, seen)
	}
	return overHTTP(ctx, host, gzip, seen)
}

func overHTTP(ctx context.Context, host string, gzip bool, seen *capture) (exporters, error) {
	client := &http.Client{Transport: seen}
	spans := []otlptracehttp.Option{otlptracehttp.WithEndpoint(host), otlptracehttp.WithInsecure(), otlptracehttp.WithHTTPClient(client)}
	metrics := []otlpmetrichttp.Option{otlpmetrichttp.WithEndpoint(host), otlpmetrichttp.WithInsecure(), otlpmetrichttp.WithHTTPClient(client)}
	logs := []otlploghttp.Option{otlploghttp.WithEndpoint(host), otlploghttp.WithInsecure(), otlploghttp.WithHTTPClient(client)}
	if gzip {
		spans = append(spans, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
		metrics = append(metrics, otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression))
		logs = append(logs, otlploghttp.WithCompression(otlploghttp.GzipCompression))
	}
	ofSpans, first := otlptracehttp.New(ctx, spans...)
	ofMetrics, second := otlpmetrichttp.New(ctx, metrics...)
	ofLogs, third := otlploghttp.New(ctx, logs...)
	return exporters{ofSpans, ofMetrics, ofLogs}, errors.Join(first, second, third)
}

func overGRPC(ctx context.Context, host string, gzip bool, seen *capture) (exporters, error) {
	dial := grpc.WithUnaryInterceptor(seen.intercept)
	spans := []otlptracegrpc.Option{otlptracegrpc.WithEndpoint(host), otlptracegrpc.WithInsecure(), otlptracegrpc.WithDialOption(dial)}
	metrics := []otlpmetricgrpc.Option{otlpmetricgrpc.WithEndpoint(host), otlpmetricgrpc.WithInsecure(), otlpmetricgrpc.WithDialOption(dial)}
	logs := []otlploggrpc.Option{otlploggrpc.WithEndpoint(host), otlploggrpc.WithInsecure(), otlploggrpc.WithDialOption(dial)}
	if gzip {
		spans = append(spans, otlptracegrpc.WithCompressor("gzip"))
		metrics = append(metrics, otlpmetricgrpc.WithCompressor("gzip"))
		logs = append(logs, otlploggrpc.WithCompressor("gzip"))
	}
	ofSpans, first := otlptracegrpc.New(ctx, spans...)
	ofMetrics, second := otlpmetricgrpc.New(ctx, metrics...)
	ofLogs, third := otlploggrpc.New(ctx, logs...)
	return exporters{ofSpans, ofMetrics, ofLogs}, errors.Join(first, second, third)
}
