"""Write streams/embedded/jars.lock anew: `poe lock-jars`, after changing a version here.

Fetches every jar to hash it. Look at the difference before you commit.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.maven import MavenContext

from streams.embedded.jars import LOCK, sha256_of

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOGGING = "org.slf4j:slf4j-simple:1.7.36"  # of the slf4j that this Kafka brings
SCOPES = ("compile", "runtime")
HEAD = "# The broker's jars: artifact and SHA-256. Made by `poe lock-jars`.\n"


def line(folder: Path, jar: Path) -> str:
    """Give the lock's line for a jar in a folder laid out as a Maven repository."""
    *group, name, version, _ = jar.relative_to(folder).parts
    return f"{'.'.join(group)}:{name}:{version} {sha256_of(jar)}\n"


def main() -> None:
    """Resolve, fetch, hash, write."""
    with TemporaryDirectory() as folder:
        maven = MavenContext(repo_cache=Path(folder))
        wanted = [maven.create_dependency(artifact) for artifact in (KAFKA, LOGGING)]
        asked, brought = maven.resolver.resolve(wanted)
        needed = asked + [dependency for dependency in brought if dependency.scope in SCOPES]
        jars = [dependency.artifact.resolve() for dependency in needed]
        LOCK.write_text(HEAD + "".join(line(Path(folder), jar) for jar in sorted(jars)))


if __name__ == "__main__":
    main()
