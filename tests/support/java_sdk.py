# SPDX-License-Identifier: Apache-2.0
"""The OpenTelemetry SDK for Java as a client: tests/integration/java_sdk, compiled into .cache/java_sdk of the
checkout with the libraries that its pom.xml names.
"""

import shutil

import sdk_place
from sdk_place import Unavailable  # noqa: F401


def install():
    """Gives the directory of classes and libraries; fills it if the sources are newer."""
    for program, package in (("javac", "default-jdk-headless"), ("mvn", "maven")):
        if not shutil.which(program):
            raise Unavailable(f"no {program}: apt-get install {package}")
    with sdk_place.installing("java_sdk", "pom.xml", "Send.java") as (source, directory, is_ready):
        if not is_ready:
            shutil.rmtree(directory / "lib", ignore_errors=True)
            sdk_place.need(["mvn", "-q", "-B", "-f", source / "pom.xml", "dependency:copy-dependencies",
                            f"-DoutputDirectory={directory / 'lib'}"], "Maven could not fetch the SDK")
            sdk_place.need(["javac", "-encoding", "UTF-8", "-cp", directory / "lib" / "*", "-d", directory / "classes",
                            source / "Send.java"], "cannot compile the Java sender")
    return directory


def send(endpoint, directory, **options):
    """Sends everything; gives the requests, as files."""
    place = install()
    return sdk_place.send(["java", "-cp", f"{place / 'classes'}:{place / 'lib'}/*", "Send"], endpoint, directory, **options)
