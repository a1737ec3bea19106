package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.fixtures.cluster.Distribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every method and field that the packed jar's classes name is there, on each of the class paths
 * that the jar is run with. A library that is relocated without what it calls would meet an older
 * one on a cluster and die of a NoSuchMethodError, with the first file that needs it.
 */
class LinkageTest {

  private static final Path JAR = Path.of(System.getProperty("medallion.jar"));

  /** Where the jar runs, and whose classes come first. */
  enum Place {
    LAPTOP {
      @Override
      LinkedClasses load() throws IOException {
        LinkedClasses classes = new LinkedClasses();
        classes.add(JAR, name -> true);
        classes.addAll(Distribution.of(JAR.resolveSibling("engines")).jars(), name -> true);
        return classes;
      }
    },
    SPARK {
      @Override
      LinkedClasses load() throws IOException {
        LinkedClasses classes = new LinkedClasses();
        classes.addAll(jars("spark.distribution"), name -> true);
        classes.add(JAR, name -> true);
        return classes;
      }
    },
    FLINK {
      @Override
      LinkedClasses load() throws IOException {
        LinkedClasses classes = new LinkedClasses();
        List<Path> flink = jars("flink.distribution");
        classes.addAll(flink, name -> PARENT_FIRST.stream().anyMatch(name::startsWith));
        classes.add(JAR, name -> true);
        classes.addAll(flink, name -> true);
        return classes;
      }
    };

    abstract LinkedClasses load() throws IOException;

    private static List<Path> jars(String property) throws IOException {
      return Distribution.of(Path.of(System.getProperty(property))).jars();
    }
  }

  /** What Flink takes from its own class path first (classloader.parent-first-patterns.default). */
  private static final List<String> PARENT_FIRST =
      List.of(
          "java/",
          "scala/",
          "org/apache/flink/",
          "com/esotericsoftware/kryo/",
          "org/apache/hadoop/",
          "javax/annotation/",
          "org/xml/",
          "javax/xml/",
          "org/apache/xerces/",
          "org/w3c/",
          "org/rocksdb/",
          "org/slf4j/",
          "org/apache/log4j/",
          "org/apache/logging/",
          "org/apache/commons/logging/",
          "ch/qos/logback/");

  /** Broken as their projects release them, or never called by us: from, and to whom. */
  private static final List<String> KNOWN =
      List.of(
          // Hadoop's own shading missed it.
          "javax/xml/bind/ModuleUtil > org/apache/hadoop/shaded/javax/xml/bind/ModuleUtil",
          // The variant for newer Java has inner classes of its own; this one is not used with it.
          "org/postgresql/util/LazyCleanerImpl$Node > org/postgresql/util/LazyCleanerImpl",
          // How hard zstd tries, by a writer of commons-compress: we write with zstd-jni itself.
          "org/beammedallion/shaded/compress/compressors/zstandard/ZstdCompressorOutputStream > com/github/luben/zstd/ZstdOutputStream");

  /** Libraries that ours can do without, and that we leave out: features that nobody can reach. */
  private static final List<String> LEFT_OUT =
      List.of(
          "android/",
          "com/aayushatharva/brotli4j/",
          "com/google/bigtable/",
          "com/google/cloud/",
          "com/google/common/",
          "com/google/crypto/tink/",
          "com/google/protobuf/",
          "com/jcraft/jzlib/",
          // Where a person's tokens are kept on a disk, which no option asks for.
          "com/nimbusds/jose/",
          // Metrics of Reactor, for which it looks whether they are there.
          "io/micrometer/",
          "com/mongodb/",
          "com/sun/",
          "io/unitycatalog/",
          "jakarta/json/",
          "javax/ejb/",
          "javax/enterprise/",
          "javax/inject/",
          "javax/interceptor/",
          "javax/mail/",
          "javax/persistence/",
          "jdiff/",
          "jersey/repackaged/",
          "org/apache/beam/fn/",
          "org/apache/beam/runners/",
          "org/apache/beam/sdk/",
          "org/apache/beam/vendor/",
          "org/apache/flink/contrib/",
          "org/apache/hadoop/fs/s3a/",
          "org/apache/hadoop/shaded/",
          "org/apache/hadoop/yarn/",
          "org/apache/http/",
          "org/apache/kafka/",
          "org/apache/log4j/",
          "org/apache/spark/sql/",
          "org/apache/tools/ant/",
          "org/bouncycastle/",
          "org/brotli/",
          "org/bson/",
          "org/conscrypt/",
          "org/eclipse/jetty/",
          "org/everit/",
          "org/graalvm/",
          "org/hamcrest/",
          "org/json/",
          "org/junit/",
          "org/kohsuke/args4j/",
          "org/objectweb/asm/",
          "org/osgi/",
          "org/wildfly/",
          "org/yaml/snakeyaml/",
          "reactor/blockhound/",
          "software/amazon/awssdk/",
          "sun/misc/",
          "waffle/");

  /** The other engine, which is absent on a cluster. */
  private static final List<String> OF_ANOTHER_ENGINE =
      List.of(
          "com/codahale/metrics/",
          "org/apache/beam/repackaged/",
          "org/apache/flink/",
          "org/apache/spark/",
          "org/sparkproject/",
          "scala/",
          "org/tukaani/xz/");

  @ParameterizedTest
  @EnumSource(Place.class)
  void everyMethodThatTheJarNamesIsThere(Place place) throws IOException {
    LinkedClasses.Findings findings = place.load().check(JAR);

    Set<String> unknown = new TreeSet<>();
    for (String finding : findings.unresolved()) {
      if (KNOWN.stream().noneMatch(known -> finding.startsWith(known + "."))) {
        unknown.add(finding);
      }
    }
    assertThat("methods and fields that are not there", unknown, is(empty()));
    Set<String> missing = new TreeSet<>();
    for (String finding : findings.missing()) {
      String name = finding.substring(finding.indexOf(" > ") + 3);
      if (LEFT_OUT.stream().noneMatch(name::startsWith)
          && (place == Place.LAPTOP || OF_ANOTHER_ENGINE.stream().noneMatch(name::startsWith))) {
        missing.add(finding);
      }
    }
    assertThat("classes that are not there", missing, is(empty()));
  }
}
