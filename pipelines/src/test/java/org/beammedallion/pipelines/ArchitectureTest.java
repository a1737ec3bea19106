package org.beammedallion.pipelines;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.TupleTag;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows between modules and packages, checked on the compiled classes of all modules. */
class ArchitectureTest {
  private static final String ROOT = "org.beammedallion.";

  /** Rooms of io with the steps that stage a kind of table. */
  private static final String[] KINDS = {"silver", "aggregate", "star", "compaction"};

  /** Coders, the classes that carry one, views of rows as Beam's rows, and transforms. */
  private static final Set<String> BEAM_EDGE =
      Set.of(
          "ArrayValues",
          "BeamSchemas",
          "BlockCoder",
          "DeadLetterCoder",
          "DecodeRecords",
          "DestinationCoder",
          "EncodeRows",
          "ParseRecords",
          "RawBatch",
          "RawBatchCoder",
          "RowBatch",
          "RowBatchCoder",
          "RowEncoder",
          "RowViews");

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT + "quality", ROOT + "transforms", ROOT + "io", ROOT + "pipelines");

  @Test
  void allModulesAreSeenHere() {
    Set<String> modules =
        OURS.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()).split("\\.")[0])
            .collect(Collectors.toSet());
    assertThat(modules, hasItems("quality", "transforms", "io", "pipelines"));
  }

  @Test
  void qualitySeesNoOtherModule() {
    noClasses()
        .that(module("quality"))
        .should()
        .dependOnClassesThat(modules("transforms", "io", "pipelines"))
        .check(OURS);
  }

  @Test
  void transformsSeeQualityAlone() {
    noClasses()
        .that(module("transforms"))
        .should()
        .dependOnClassesThat(modules("io", "pipelines"))
        .check(OURS);
  }

  @Test
  void ioDoesNotSeePipelines() {
    noClasses().that(module("io")).should().dependOnClassesThat(modules("pipelines")).check(OURS);
  }

  @Test
  void qualityIsFreeOfBeam() {
    noClasses()
        .that(module("quality"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.beam..")
        .check(OURS);
  }

  @Test
  void bytesChecksFilesAndTablesAreFreeOfBeam() {
    noClasses()
        .that(
            modules(
                "transforms.bytes",
                "transforms.check",
                "io.bronze",
                "io.keys",
                "io.parquet",
                "io.progress",
                "io.publish",
                "io.quarantine",
                "io.secret",
                "io.storage",
                "io.table"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.beam..")
        .because("what reads and writes bytes, files and tables is used without a pipeline, too")
        .check(OURS);
  }

  /** Rows, raw records and decoders work on bytes: only coders, schemas and transforms use Beam. */
  @Test
  void rowsRecordsAndDecodersMeetBeamAtTheirEdgeAlone() {
    noClasses()
        .that(modules("transforms.row", "transforms.raw", "transforms.decode", "transforms.block"))
        .and(describe("are not at the edge to Beam", type -> !BEAM_EDGE.contains(outermost(type))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.beam..")
        .check(OURS);
    Set<String> edge =
        OURS.stream()
            .filter(type -> BEAM_EDGE.contains(type.getSimpleName()))
            .filter(
                type ->
                    type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(
                            use ->
                                use.getTargetClass()
                                    .getPackageName()
                                    .startsWith("org.apache.beam.")))
            .map(JavaClass::getSimpleName)
            .collect(Collectors.toSet());
    assertThat("no class is exempt without need", edge, is(BEAM_EDGE));
  }

  @Test
  void stepsOfOneKindOfTableDoNotSeeThoseOfAnother() {
    for (String kind : KINDS) {
      noClasses()
          .that(module("io." + kind))
          .should()
          .dependOnClassesThat(
              modules(
                  Stream.of(KINDS)
                      .filter(other -> !other.equals(kind))
                      .map(other -> "io." + other)
                      .toArray(String[]::new)))
          .because("they have io.writing in common, and nothing else")
          .check(OURS);
    }
  }

  @Test
  void runnersAreKnownToPipelinesAlone() {
    noClasses()
        .that(outside("pipelines"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.beam.runners..", "org.apache.flink..", "org.apache.spark..")
        .check(OURS);
  }

  @Test
  void pipelineOptionsAreKnownToPipelinesAlone() {
    noClasses()
        .that(outside("pipelines"))
        .and()
        .resideOutsideOfPackage("org.beammedallion.io.options")
        .and()
        .doNotHaveFullyQualifiedName("org.beammedallion.transforms.sql.SqlDialect")
        .and()
        .doNotHaveFullyQualifiedName("org.beammedallion.io.source.BatchSource")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.beam.sdk.options")
        .because(
            "options are read once, in pipelines; those of storages go to every worker, Beam's SQL planner asks for"
                + " an empty set of them, and a source of Beam is given them, and does not look at them")
        .check(OURS);
  }

  /** Among them Kernel's {@code internal} classes, which change with each release: see ADR 16. */
  @Test
  void deltaIsKnownToItsPackageAlone() {
    noClasses()
        .that(resideOutsideOfPackage("org.beammedallion.io.table.delta.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.delta..")
        .check(OURS);
  }

  @Test
  void icebergIsKnownToItsPackageAlone() {
    noClasses()
        .that(resideOutsideOfPackage("org.beammedallion.io.table.iceberg.."))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.iceberg..")
        .check(OURS);
  }

  @Test
  void noTupleTagIsStatic() {
    fields()
        .that()
        .haveRawType(TupleTag.class)
        .should()
        .notBeStatic()
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void packagesOfAModuleHaveNoCycles() {
    slices().matching("org.beammedallion.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> bare =
        OURS.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(unit -> !unit.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(bare, is(empty()));
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type.getSimpleName());
  }

  private static DescribedPredicate<JavaClass> module(String name) {
    return resideInAPackage(ROOT + name + "..");
  }

  private static DescribedPredicate<JavaClass> modules(String... names) {
    return resideInAnyPackage(
        Set.of(names).stream().map(name -> ROOT + name + "..").toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> outside(String module) {
    return resideOutsideOfPackage(ROOT + module + "..");
  }
}
