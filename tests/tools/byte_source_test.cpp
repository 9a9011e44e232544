// SPDX-License-Identifier: Apache-2.0
#include "files/byte_source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace colblock::files {
namespace {

using std::string;

// Text that shrinks, but not to nothing.
string some_text(std::size_t len) {
    std::mt19937 random(1);
    string text(len, '\0');
    for (char& c : text) c = static_cast<char>('a' + random() % 8);
    return text;
}

string gzipped(const string& text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    string out(deflateBound(&stream, text.size()) + 100, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

string zstd(const string& text) {
    string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
    return out;
}

class ByteSource : public testing::Test {
protected:
    void SetUp() override {
        x_path = testing::TempDir() + "byte_source_" + std::to_string(::getpid());
    }
    void TearDown() override { std::filesystem::remove(x_path); }

    struct content {
        string bytes;
        string error;
    };
    content read(const string& file) {
        std::ofstream(x_path, std::ios::binary) << file;
        auto source = byte_source::open(x_path, x_stop);
        content all;
        buffer to;
        for (bool goes_on = source.has_value(); goes_on;) {
            to.clear();
            const auto more = source->read(to);
            EXPECT_LE(to.size(), byte_source::piece_len);
            all.bytes += to.view();
            if (!more) all.error = more.error();
            goes_on = more && *more == byte_source::got::some;
        }
        EXPECT_TRUE(!all.error.empty() || source->file_offset() == file.size());
        return all;
    }

    string x_path;
    std::atomic<bool> x_stop{false};
};

TEST_F(ByteSource, PlainContentIsItself) {
    for (const string& text : {string(), string("x"), some_text(1'000'003)}) {
        const content all = read(text);
        EXPECT_EQ(all.bytes, text);
        EXPECT_EQ(all.error, "");
    }
}

TEST_F(ByteSource, CompressedContentIsDecompressed) {
    const string text = some_text(1'000'003);
    for (const string& file : {gzipped(text), zstd(text)}) {
        const content all = read(file);
        EXPECT_TRUE(all.bytes == text);
        EXPECT_EQ(all.error, "");
    }
}

TEST_F(ByteSource, MembersAndFramesFollowOneAnother) {
    const string text = some_text(300'000);
    EXPECT_TRUE(read(gzipped(text) + gzipped("") + gzipped(text) + string(512, '\0')).bytes == text + text);
    EXPECT_TRUE(read(zstd(text) + zstd("") + zstd(text)).bytes == text + text);
}

TEST_F(ByteSource, ContentThatShrinksToNothingIsReadPieceByPiece) {
    const string zeros(20'000'000, '\0');
    EXPECT_TRUE(read(gzipped(zeros)).bytes == zeros);
    EXPECT_TRUE(read(zstd(zeros)).bytes == zeros);
}

TEST_F(ByteSource, EveryPrefixOfCompressedContentIsCutOff) {
    const string text = some_text(300);
    for (const string& file : {gzipped(text), zstd(text)})
        for (std::size_t len = 4; len != file.size(); ++len) {
            const content all = read(file.substr(0, len));
            EXPECT_EQ(all.error, "is cut off: its compressed data ends in the middle, at byte " + std::to_string(len));
            EXPECT_TRUE(text.starts_with(all.bytes));
        }
}

TEST_F(ByteSource, DamagedContentIsNamed) {
    string gzip = gzipped(some_text(3000));
    gzip[gzip.size() - 5] ^= 1;  // of the checksum
    EXPECT_EQ(read(gzip).error, "the gzip data is damaged: incorrect data check");
    string frame = zstd(some_text(3000));
    frame[4] = '\xff';
    EXPECT_TRUE(read(frame).error.starts_with("the zstd data is damaged: "));
    EXPECT_EQ(read(gzipped("x") + "trailing").error, "the gzip data is damaged: incorrect header check");
}

TEST_F(ByteSource, APipeThatIsSilentCanBeStopped) {
    ASSERT_EQ(::mkfifo(x_path.c_str(), 0600), 0);
    const int writer = ::open(x_path.c_str(), O_RDWR);  // does not wait for a reader
    ASSERT_EQ(::write(writer, "hello", 5), 5);
    auto source = byte_source::open(x_path, x_stop);
    buffer to;
    EXPECT_EQ(source->read(to), byte_source::got::some);
    EXPECT_EQ(to.view(), "hello");
    x_stop = true;
    EXPECT_EQ(source->read(to), byte_source::got::stopped);
    ::close(writer);
}

TEST_F(ByteSource, AFileThatIsNotThereIsAnError) {
    EXPECT_EQ(byte_source::open("/nonexistent", x_stop).error(), "cannot be opened: No such file or directory");
}

TEST_F(ByteSource, ADirectoryIsAnError) {
    auto source = byte_source::open(testing::TempDir(), x_stop);
    ASSERT_TRUE(source.has_value());
    buffer to;
    EXPECT_EQ(source->read(to).error(), "cannot be read: Is a directory");
}

}  // namespace
}  // namespace colblock::files
