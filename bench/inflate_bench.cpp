// SPDX-License-Identifier: Apache-2.0

// Undoing the compression of request bodies: what the receiver uses against zlib's inflate and the stream
// decoder of zstd, per byte of output. Bodies are gzip at level 6 and zstd at level 3, as SDKs and the
// Collector write them.

#include <benchmark/benchmark.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "payloads.hpp"
#include "receiver/content_encoding.hpp"

namespace {

using namespace colblock;
using receiver::content_encoding;

constexpr std::size_t limit = std::size_t{64} << 20;

std::string gzip_of(byte_view raw) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
    std::string out(deflateBound(&stream, raw.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
    stream.avail_in = static_cast<uInt>(raw.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd_of(byte_view raw) {
    std::string out(ZSTD_compressBound(raw.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), raw.data(), raw.size(), 3));
    return out;
}

struct bodies {
    std::vector<std::string> compressed;
    std::vector<buffer> raw;
    std::size_t raw_len = 0;
};

bodies make_bodies(bench::payload_set which, content_encoding how) {
    bodies out;
    out.raw = bench::make_corpus(which, 32).payloads;
    for (const buffer& each : out.raw) {
        out.compressed.push_back(how == content_encoding::gzip ? gzip_of(each.view()) : zstd_of(each.view()));
        out.raw_len += each.size();
    }
    return out;
}

// The best that zlib can do: one reset stream, the whole output in one call.
class zlib_decoder {
public:
    zlib_decoder() {
        if (inflateInit2(&x_stream, 15 + 16) != Z_OK) std::abort();
    }
    ~zlib_decoder() { inflateEnd(&x_stream); }
    void decode(const std::string& body, buffer& out) {
        inflateReset(&x_stream);
        out.clear();
        x_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
        x_stream.avail_in = static_cast<uInt>(body.size());
        do {
            char* const to = out.reserve(std::size_t{1} << 20);
            x_stream.next_out = reinterpret_cast<Bytef*>(to);
            x_stream.avail_out = 1u << 20;
            const int status = inflate(&x_stream, Z_NO_FLUSH);
            out.set_end(reinterpret_cast<char*>(x_stream.next_out));
            if (status == Z_STREAM_END) return;
            if (status != Z_OK) std::abort();
        } while (true);
    }

private:
    z_stream x_stream{};
};

class zstd_stream_decoder {
public:
    zstd_stream_decoder() : x_stream(ZSTD_createDStream()) {}
    ~zstd_stream_decoder() { ZSTD_freeDStream(x_stream); }
    void decode(const std::string& body, buffer& out) {
        ZSTD_initDStream(x_stream);
        out.clear();
        ZSTD_inBuffer in{body.data(), body.size(), 0};
        std::size_t expected = 1;
        while (expected != 0) {
            ZSTD_outBuffer to{out.reserve(std::size_t{1} << 20), std::size_t{1} << 20, 0};
            expected = ZSTD_decompressStream(x_stream, &to, &in);
            if (ZSTD_isError(expected)) std::abort();
            out.set_end(static_cast<char*>(to.dst) + to.pos);
        }
    }

private:
    ZSTD_DStream* x_stream;
};

template <content_encoding how>
class our_decoder {
public:
    void decode(const std::string& body, buffer& out) {
        if (!x_decoder.decode(how, body, limit, out)) std::abort();
    }

private:
    receiver::body_decoder x_decoder;
};

template <class Decoder>
void run(benchmark::State& state, bench::payload_set which, content_encoding how) {
    const bodies input = make_bodies(which, how);
    Decoder decoder;
    buffer out;
    for (std::size_t i = 0; i != input.raw.size(); ++i) {
        decoder.decode(input.compressed[i], out);
        if (out.view() != input.raw[i].view()) return state.SkipWithError("wrong output");
    }
    for (auto _ : state)
        for (const std::string& each : input.compressed) {
            decoder.decode(each, out);
            benchmark::DoNotOptimize(out.data());
        }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * input.raw_len));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * input.raw.size()));
}

void add(const char* name, bench::payload_set which) {
    using benchmark::RegisterBenchmark;
    const std::string set = name;
    constexpr auto gzip = content_encoding::gzip;
    constexpr auto zstd = content_encoding::zstd;
    RegisterBenchmark((set + "/gzip/zlib").c_str(), &run<zlib_decoder>, which, gzip);
    RegisterBenchmark((set + "/gzip/ours").c_str(), &run<our_decoder<gzip>>, which, gzip);
    RegisterBenchmark((set + "/zstd/stream").c_str(), &run<zstd_stream_decoder>, which, zstd);
    RegisterBenchmark((set + "/zstd/ours").c_str(), &run<our_decoder<zstd>>, which, zstd);
}

}  // namespace

int main(int argc, char** argv) {
    add("js_spans", bench::payload_set::js_spans);
    add("rich_spans", bench::payload_set::rich_spans);
    add("tiny_spans", bench::payload_set::tiny_spans);
    add("logs", bench::payload_set::logs);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
