// SPDX-License-Identifier: Apache-2.0
#include "gen/traffic.hpp"

namespace colblock::gen {
namespace {

constexpr std::size_t remembered_messages = 64;

// Of a thousand traces. A failure goes up to the root, so this makes one span in twenty throw.
constexpr unsigned failing_traces = 200;

// What a span takes without its children, in microseconds.
constexpr std::uint64_t usual_time_us(role what) {
    switch (what) {
    case role::server: return 900;
    case role::client: return 350;
    case role::database: return 2'400;
    case role::cache: return 220;
    case role::producer: return 800;
    case role::consumer: return 3'000;
    case role::internal: return 1'500;
    }
    return 0;
}

// Half to one and a half of the usual time; one in 64 takes up to 16 times as long.
std::uint64_t own_time_ns(role what, random& numbers) {
    const std::uint64_t usual = usual_time_us(what) * 1000;
    const std::uint64_t time = usual / 2 + numbers.below(usual);
    return numbers.below(64) == 0 ? time * (2 + numbers.below(15)) : time;
}

}  // namespace

traffic::traffic(std::uint64_t seed)
    : x_random(seed ^ hash_text("traffic")), x_journeys(gen::journeys()), x_trace{} {
    std::uint32_t num_steps = 0;
    for (const journey& j : x_journeys) {
        x_first_steps.push_back(num_steps);
        num_steps += static_cast<std::uint32_t>(j.steps.size());
        x_total_weight += j.weight;
    }
    // Consumers have something to refer to from the first trace on.
    while (x_messages.size() != remembered_messages)
        x_messages.push_back({{x_random.next() | 1, x_random.next()}, x_random.next() | 1});
}

const planned_trace& traffic::next(std::uint64_t start_ns) {
    plan(choose());
    time_spans(start_ns);
    if (x_random.chance(failing_traces)) fail_somewhere();
    remember_messages();
    return x_trace;
}

const journey& traffic::choose() {
    std::uint64_t at = x_random.below(x_total_weight);
    const journey* chosen = x_journeys.data();
    while (at >= chosen->weight) at -= chosen++->weight;
    return *chosen;
}

void traffic::plan(const journey& chosen) {
    x_trace.id = {x_random.next() | 1, x_random.next()};
    x_trace.subject = x_random.below(50'000'000);
    x_trace.customer = static_cast<std::uint32_t>(x_random.below(200'000));
    x_trace.cause.reset();
    if (chosen.steps.front().what == role::consumer) x_trace.cause = x_messages[x_random.below(x_messages.size())];

    x_trace.spans.clear();
    std::uint32_t number = x_first_steps[static_cast<std::size_t>(&chosen - x_journeys.data())];
    std::array<std::int32_t, 24> last_at_depth;
    for (const step& s : chosen.steps) {
        const std::int32_t parent = s.depth == 0 ? -1 : last_at_depth[s.depth - 1u];
        last_at_depth[s.depth] = static_cast<std::int32_t>(x_trace.spans.size());
        x_trace.spans.push_back({&s, number++, parent, x_random.next() | 1, 0, 0, false});
    }
}

// Calls follow one another: a span takes its own time and that of its children, half of its own
// before the first of them. Backwards every total is known when its parent asks, forwards every start.
void traffic::time_spans(std::uint64_t start_ns) {
    auto& spans = x_trace.spans;
    x_next_child_ns.resize(spans.size());
    for (std::size_t i = spans.size(); i-- != 0;) {
        planned_span& s = spans[i];
        const std::uint64_t own = own_time_ns(s.what->what, x_random);
        x_next_child_ns[i] = own / 2;  // after the start, which is not known yet
        s.end_ns += own;               // likewise; its children have added theirs
        if (s.parent >= 0) spans[static_cast<std::size_t>(s.parent)].end_ns += s.end_ns;
    }
    for (std::size_t i = 0; i != spans.size(); ++i) {
        planned_span& s = spans[i];
        s.start_ns = s.parent < 0 ? start_ns : x_next_child_ns[static_cast<std::size_t>(s.parent)];
        if (s.parent >= 0) x_next_child_ns[static_cast<std::size_t>(s.parent)] += s.end_ns;
        s.end_ns += s.start_ns;
        x_next_child_ns[i] += s.start_ns;
    }
}

void traffic::fail_somewhere() {
    auto& spans = x_trace.spans;
    auto at = static_cast<std::int32_t>(x_random.below(spans.size()));
    for (; at >= 0; at = spans[static_cast<std::size_t>(at)].parent) spans[static_cast<std::size_t>(at)].failed = true;
}

void traffic::remember_messages() {
    for (const planned_span& s : x_trace.spans)
        if (s.what->what == role::producer) {
            x_messages[x_oldest_message] = {x_trace.id, s.id};
            x_oldest_message = (x_oldest_message + 1) % x_messages.size();
        }
}

}  // namespace colblock::gen
