#!/usr/bin/env python3
"""Every house rule fires on a breach of it, and is silent on clean sources."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import cpp_text

CHECK = pathlib.Path(__file__).with_name("check.py")
TAG = "// SPDX-License-Identifier: Apache-2.0\n"
BREACHES = {
    "layers": {"include/colblock/wire/a.hpp": TAG + '#include "colblock/block/native.hpp"\n'},
    "names": {"src/base/string_util.cpp": TAG},
    "size": {"src/base/long.cpp": TAG + "int f(int a) {\n" + "    a += 1;\n" * 61 + "    return a;\n}\n"},
    "parameters": {"src/base/a.cpp": TAG + "int f(int a, int b, int c, int d, int e) { return a; }\n"},
    "listed": {"src/base/forgotten.cpp": TAG},
    "ascii": {"src/base/a.cpp": TAG + "// caf\u00e9\n"},
    "no_stdio": {"src/base/a.cpp": TAG + "void f() { std::cout << 1; }\n"},
    "spdx": {"src/base/a.cpp": "int a;\n"},
    "skips": {"tests/a_test.cpp": TAG + "TEST(A, DISABLED_B) {}\n"},
    "private_words": {"docs/a.md": "see /ro" + "ot/notes\n"},
}


def check(rule, files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return subprocess.run([sys.executable, CHECK, rule, root], capture_output=True, text=True)


class Check(unittest.TestCase):
    def test_every_rule_fires_on_its_breach(self):
        for rule, files in BREACHES.items():
            with self.subTest(rule):
                run = check(rule, {"src/CMakeLists.txt": "base/clean.cpp", "src/base/clean.cpp": TAG, **files})
                self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
                self.assertIn(next(iter(files)), run.stdout)

    def test_every_rule_is_silent_on_clean_sources(self):
        clean = {"src/block/a.cpp": TAG + '#include "colblock/wire/cursor.hpp"\nint f() {\n    return 1;\n}\n',
                 "src/CMakeLists.txt": "add_library(a block/a.cpp)\n"}
        for rule in BREACHES:
            with self.subTest(rule):
                run = check(rule, clean)
                self.assertEqual((run.returncode, run.stdout), (0, ""))

    def test_a_long_file_is_found(self):
        run = check("size", {"src/base/a.cpp": TAG + "// line\n" * 500})
        self.assertIn("501 lines", run.stdout)

    def test_no_sources_is_a_failure(self):
        self.assertNotEqual(check("size", {"README.md": "text"}).returncode, 0)

    def test_a_folder_without_a_level_is_refused(self):
        self.assertIn("not in the table", check("layers", {"src/gizmo/a.cpp": TAG}).stdout)

    def test_a_header_must_be_under_the_umbrella_too(self):
        files = {"include/CMakeLists.txt": "colblock/colblock.hpp colblock/base/a.hpp",
                 "include/colblock/colblock.hpp": TAG, "include/colblock/base/a.hpp": TAG}
        self.assertIn("a.hpp:1: is not included by colblock.hpp", check("listed", files).stdout)

    def test_a_name_inside_another_is_not_listed(self):
        files = {"src/CMakeLists.txt": "base/big_a.cpp base/a.cpp2", "src/base/a.cpp": TAG}
        self.assertIn("src/base/a.cpp", check("listed", files).stdout)

    def test_talk_about_printing_and_members_are_no_breach(self):
        text = '/* std::cout */ const char* a = "printf(";\nvoid f(session& s) { s.abort(); t->exit(); fail_exit(); }\n' \
               "virtual void abort() noexcept = 0;\nvoid sink::abort() noexcept {}\n"
        self.assertEqual(check("no_stdio", {"src/base/a.cpp": TAG + text}).stdout, "")

    def test_every_way_out_is_found(self):
        for call in ["abort();", "return std::abort();", "if (a) ::exit(1);", "else exit(1);", "std::printf(a);"]:
            with self.subTest(call):
                self.assertIn("prints", check("no_stdio", {"src/base/a.cpp": TAG + call}).stdout)

    def test_iostream_is_a_breach(self):
        self.assertIn("prints", check("no_stdio", {"src/base/a.cpp": TAG + "#include <iostream>\n"}).stdout)


def found(text):
    return [(f.num_lines, f.num_parameters) for f in cpp_text.functions(text)]


class Functions(unittest.TestCase):
    """What the rules on functions see. Lines count from the opening brace's line to the closing one's."""

    def test_free_functions_and_members(self):
        self.assertEqual(found("int f() {\n}\nstruct s {\n  int g(int a) const noexcept {\n\n  }\n};\n"), [(2, 0), (3, 1)])

    def test_declarations_and_values_are_none(self):
        self.assertEqual(found("int f(int a);\nstruct s { int x{1}; t y = {1, 2}; };\nenum class e : int { a, b };\n"
                               "constexpr int list[] = {1,\n2};\nnamespace a::b {\n}\n"), [])

    def test_constructors_with_initialisers(self):
        self.assertEqual(found("s::s(int a, int b)\n    : x{a}, y(b), z{} {\n}\n"), [(2, 2)])
        self.assertEqual(found("s::s(int a) noexcept : x_f([](void* p) { free(p); }), x_g{a} {\n\n}\n"),
                         [(1, 1), (3, 1)])

    def test_operators(self):
        self.assertEqual(found("bool operator()(int a, int b) const {\n}\nexplicit operator bool() const {\n}\n"
                               "s& operator=(s other) noexcept {\n}\n"), [(2, 2), (2, 0), (2, 1)])

    def test_templates_and_their_constraints(self):
        self.assertEqual(found("template <class T, std::size_t N = sizeof(T)>\n    requires(!std::same_as<T, s>) && column<T>\n"
                               "result<T> f(const std::map<T, s>& a, T b) {\n}\n"), [(2, 2)])
        self.assertEqual(found("void f(int a) requires requires { g(); } {\n}\n"), [(2, 1)])
        self.assertEqual(found("template <class C>\nconcept c = requires(C& a, int b) {\n  { a.f() } -> d;\n};\n"), [])

    def test_trailing_return_types(self):
        self.assertEqual(found("auto f(int a) -> result<int> {\n}\n"), [(2, 1)])

    def test_lambdas_in_values_count_and_lambdas_in_functions_do_not(self):
        self.assertEqual(found("const table t = {\n  .f = [](int a, int b) -> int {\n  return 1; },\n  .g = nullptr };\n"), [(2, 2)])
        self.assertEqual(found("void f() {\n  auto g = [](int a) {\n  };\n}\n"), [(4, 0)])
        self.assertEqual(found("INSTANTIATE(a, Values(1, 2, 3, 4, 5), [](const auto& i) {\n});\n"), [(2, 1)])

    def test_function_pointers_and_defaults_are_one_parameter_each(self):
        self.assertEqual(found("void f(int (*a)(int, int), b c = {1, 2}, d<int, int> e = {}) {\n}\n"), [(2, 3)])

    def test_braces_in_literals_comments_and_macros_are_text(self):
        self.assertEqual(found("void f() {  // {\n  a('{', \"{\", R\"(}})\", 1'000'000);  /* } */\n}\n"
                               "#define m(x) { \\\n  x\nvoid g() {}\n"), [(3, 0), (1, 0)])

    def test_structs_with_attributes_are_scopes(self):
        self.assertEqual(found("struct alignas(32) s {\n  void f() {\n  }\n};\nclass t final : public u<int(*)(int)> {\n"
                               "public:\n  void g() {\n  }\n};\n"), [(2, 0), (2, 0)])


if __name__ == "__main__":
    unittest.main()
