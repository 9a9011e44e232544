// SPDX-License-Identifier: Apache-2.0
#include "gen/resource.hpp"

#include "gen/key_value.hpp"
#include "gen/random.hpp"

namespace colblock::gen {
namespace {

using namespace std::string_literals;

std::string hex(random& numbers, std::size_t len) {
    buffer digits;
    while (digits.size() < len) append_hex(digits, numbers.next());
    return std::string(digits.view().substr(0, len));
}

std::string uuid(random& numbers) {
    return hex(numbers, 8) + '-' + hex(numbers, 4) + "-4" + hex(numbers, 3) + "-a" + hex(numbers, 3) + '-' +
           hex(numbers, 12);
}

std::string runtime_of(const service& s) {
    if (s.language == "java") return "OpenJDK Runtime Environment";
    if (s.language == "python") return "cpython";
    return std::string(s.language);
}

// What every detector of an SDK gives: 14 attributes.
void write_common(pb::writer& to, const service& s, random& numbers) {
    write_text(to, 1, "service.name", s.name);
    write_text(to, 1, "service.namespace", "shop");
    write_text(to, 1, "service.version", s.version);
    write_text(to, 1, "service.instance.id", uuid(numbers));
    write_text(to, 1, "deployment.environment.name", "production");
    write_text(to, 1, "telemetry.sdk.name", "opentelemetry");
    write_text(to, 1, "telemetry.sdk.language", s.language);
    write_text(to, 1, "telemetry.sdk.version", "1.30.1");
    write_text(to, 1, "host.arch", "amd64");
    write_text(to, 1, "os.type", "linux");
    write_integer(to, 1, "process.pid", static_cast<std::int64_t>(1 + numbers.below(400)));
    write_text(to, 1, "process.executable.name", s.name);
    write_text(to, 1, "process.runtime.name", runtime_of(s));
    write_text(to, 1, "process.runtime.version", "21.0.4");
}

void write_host(pb::writer& to, const service& s, random& numbers) {
    const std::string name(s.name);
    write_text(to, 1, "host.name", "shop-" + hex(numbers, 4));
    write_text(to, 1, "host.id", hex(numbers, 32));
    write_text(to, 1, "host.type", "c7.xlarge");
    write_text(to, 1, "os.name", "Debian GNU/Linux");
    write_text(to, 1, "os.version", "6.1.0-26-amd64");
    write_text(to, 1, "os.build_id", "12.7");
    write_text(to, 1, "process.executable.path", "/usr/bin/" + name);
    write_text(to, 1, "process.command", "/srv/" + name + "/main");
    write_texts(to, 1, "process.command_args", "/usr/bin/" + name + "|--config|/etc/" + name + ".conf");
    write_text(to, 1, "process.runtime.description", "as shipped by the distribution");
    write_text(to, 1, "process.owner", "shop");
    write_integer(to, 1, "process.parent_pid", 1);
    write_text(to, 1, "container.id", hex(numbers, 64));
}

void write_pod(pb::writer& to, const service& s, random& numbers) {
    const std::string name(s.name);
    const std::string pod = name + '-' + hex(numbers, 10) + '-' + hex(numbers, 5);
    write_text(to, 1, "host.name", pod);
    write_text(to, 1, "os.description", "Debian GNU/Linux 12 (bookworm)");
    write_texts(to, 1, "process.command_args", "/srv/" + name + "/main|--listen|:8080");
    write_text(to, 1, "container.id", hex(numbers, 64));
    write_text(to, 1, "container.image.name", "images.shop.example/" + name);
    write_texts(to, 1, "container.image.tags", s.version);
    write_text(to, 1, "k8s.cluster.name", "shop-eu-1");
    write_text(to, 1, "k8s.namespace.name", "shop");
    write_text(to, 1, "k8s.deployment.name", s.name);
    write_text(to, 1, "k8s.pod.name", pod);
    write_text(to, 1, "k8s.pod.uid", uuid(numbers));
    write_text(to, 1, "k8s.node.name", "node-" + hex(numbers, 6));
    write_text(to, 1, "k8s.container.name", s.name);
}

}  // namespace

std::vector<std::string> make_resources(profile attributes, std::uint64_t seed) {
    random numbers(seed ^ hash_text("resources"));
    std::vector<std::string> resources;
    for (const service& s : services()) {
        buffer encoded;
        pb::writer to(encoded);
        const pb::writer::nested resource = to.open(1);
        if (attributes == profile::tiny)
            write_text(to, 1, "service.name", s.name);
        else
            write_common(to, s, numbers);
        if (attributes == profile::js) write_host(to, s, numbers);
        if (attributes == profile::rich) write_pod(to, s, numbers);
        to.close(resource);
        resources.emplace_back(encoded.view());
    }
    return resources;
}

}  // namespace colblock::gen
