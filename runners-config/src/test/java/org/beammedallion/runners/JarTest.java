package org.beammedallion.runners;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the packaged jar, and what has to stay outside it. */
class JarTest {
  private static final Path JAR = Path.of(System.getProperty("medallion.jar"));

  /** A cluster brings these; a second copy in our jar would clash with it. */
  private static final List<String> OF_THE_ENGINES =
      List.of(
          "org/apache/flink/",
          "org/apache/spark/api/",
          "org/apache/spark/rdd/",
          "org/apache/spark/sql/catalyst/",
          "org/apache/spark/SparkContext.class",
          "scala/",
          "org/slf4j/impl/",
          "org/slf4j/simple/",
          "org/slf4j/Logger.class",
          "org/apache/logging/",
          "io/netty/",
          "com/google/common/",
          "com/google/protobuf/",
          "com/fasterxml/jackson/module/scala/");

  /** A Spark cluster puts its own, older versions of these first, so ours have other names. */
  private static final List<String> RELOCATED =
      List.of(
          "org/apache/iceberg/",
          "org/apache/parquet/",
          "shaded/parquet/",
          "org/apache/avro/",
          "org/apache/commons/compress/",
          "org/codehaus/janino/",
          "org/snakeyaml/",
          "com/google/re2j/");

  @Test
  void holdsNothingOfTheEngines() throws IOException {
    assertThat(entriesUnder(OF_THE_ENGINES), is(empty()));
  }

  @Test
  void holdsWhatClustersHaveInOlderVersionsUnderOtherNamesOnly() throws IOException {
    assertThat(entriesUnder(RELOCATED), is(empty()));
    assertThat(
        entriesUnder(List.of("org/beammedallion/shaded/parquet/hadoop/ParquetFileWriter.class")),
        is(not(empty())));
  }

  @Test
  void mergesTheRegistrarsOfAllRunners() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      String services =
          new String(
              jar.getInputStream(
                      jar.getEntry(
                          "META-INF/services/org.apache.beam.sdk.runners.PipelineRunnerRegistrar"))
                  .readAllBytes(),
              StandardCharsets.UTF_8);
      Set<String> registrars = services.lines().collect(Collectors.toSet());
      assertThat(registrars, hasItem("org.apache.beam.runners.direct.DirectRegistrar$Runner"));
      assertThat(registrars, hasItem("org.apache.beam.runners.flink.FlinkRunnerRegistrar$Runner"));
      assertThat(registrars, hasItem("org.apache.beam.runners.spark.SparkRunnerRegistrar$Runner"));
    }
  }

  @Test
  void namesExactlyTheEnginesThatLieBesideIt() throws IOException {
    Set<String> named;
    try (JarFile jar = new JarFile(JAR.toFile())) {
      String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      named = new TreeSet<>(Arrays.asList(classPath.split(" ")));
    }
    Path folder = JAR.resolveSibling("engines");
    try (var files = Files.list(folder)) {
      Set<String> present =
          files
              .map(file -> "engines/" + file.getFileName())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(present, is(named));
    }
  }

  @Test
  void sharesNoClassWithTheEnginesBesideIt() throws IOException {
    Set<String> ours = classes(JAR);
    Set<String> twice = new TreeSet<>();
    try (var files = Files.list(JAR.resolveSibling("engines"))) {
      for (Path engine : files.toList()) {
        Set<String> shared = new HashSet<>(classes(engine));
        shared.retainAll(ours);
        shared.stream().limit(3).forEach(name -> twice.add(engine.getFileName() + ": " + name));
      }
    }
    assertThat(twice, is(empty()));
  }

  @Test
  void saysWhatIsMissingWhereItIsCopiedWithoutTheEngines(@TempDir Path folder) throws Exception {
    Path alone = Files.copy(JAR, folder.resolve("medallion.jar"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                alone.toString(),
                "validate",
                "orders.pipeline.yaml")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said, process.waitFor(), is(1));
    assertThat(said, startsWith("medallion: The class "));
    assertThat(said, containsString("the folder `engines`"));
    assertThat(said, not(containsString("\tat ")));
  }

  private static Set<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(
              name ->
                  name.endsWith(".class")
                      && !name.startsWith("META-INF/")
                      && !name.contains("-info."))
          .collect(Collectors.toSet());
    }
  }

  private static Set<String> entriesUnder(List<String> prefixes) throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> prefixes.stream().anyMatch(name::startsWith))
          .limit(20)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
