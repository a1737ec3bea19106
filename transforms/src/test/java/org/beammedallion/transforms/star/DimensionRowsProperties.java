package org.beammedallion.transforms.star;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.star.DimensionPlan.Chronology;
import org.jspecify.annotations.Nullable;

/** A dimension says of each time what its versions say of it, in as few rows as can be. */
class DimensionRowsProperties {

  private static final RecordSchema LOG =
      new RecordSchema(
          List.of(
              Field.optional("id", FieldType.LONG),
              Field.optional("segment", FieldType.STRING),
              Field.optional("email", FieldType.STRING),
              Field.optional("changed_at", FieldType.TIMESTAMP),
              Field.optional("sequence", FieldType.LONG),
              Field.required("deleted", FieldType.BOOLEAN)));

  private static final RecordSchema HISTORY =
      new RecordSchema(
          List.of(
              Field.required("key", FieldType.LONG),
              Field.required("id", FieldType.LONG),
              Field.optional("segment", FieldType.STRING),
              Field.optional("email", FieldType.STRING),
              Field.required("valid_from", FieldType.TIMESTAMP),
              Field.optional("valid_to", FieldType.TIMESTAMP),
              Field.required("is_current", FieldType.BOOLEAN)));

  private static final RecordSchema LATEST = new RecordSchema(HISTORY.fields().subList(0, 4));

  /** What is known of a key from a time on; a deleted one has neither segment nor email. */
  private record Version(
      long id, @Nullable String segment, String email, long time, long sequence, boolean deleted) {}

  private record Row(
      long key,
      long id,
      @Nullable String segment,
      @Nullable String email,
      long from,
      long to,
      boolean current) {}

  @Provide
  Arbitrary<List<Version>> versions() {
    Arbitrary<Version> version =
        Combinators.combine(
                Arbitraries.longs().between(1, 3),
                Arbitraries.of("a", "b", "c").injectNull(0.1),
                Arbitraries.of("x", "y"),
                Arbitraries.longs().between(0, 12),
                Arbitraries.of(true, false, false, false))
            .as(
                (id, segment, email, time, deleted) ->
                    new Version(
                        id, deleted ? null : segment, deleted ? "" : email, time, 0, deleted));
    // The order among versions of a key is one of a log: no two are equal.
    return version
        .list()
        .ofMaxSize(25)
        .map(
            list -> {
              List<Version> numbered = new ArrayList<>();
              for (Version each : list) {
                numbered.add(
                    new Version(
                        each.id(),
                        each.segment(),
                        each.email(),
                        each.time(),
                        numbered.size() * 7 % 29,
                        each.deleted()));
              }
              return numbered;
            });
  }

  @Property
  void saysOfEachTimeWhatTheLastVersionBeforeItSays(
      @ForAll("versions") List<Version> versions, @ForAll Chronology chronology)
      throws IOException {
    List<Row> rows = rows(history(chronology), versions, new Random(1));
    for (long id = 1; id <= 3; id++) {
      List<Version> ordered = ordered(versions, id, chronology);
      Version latest = ordered.stream().filter(v -> !v.deleted()).reduce((a, b) -> b).orElse(null);
      for (long time = -1; time <= 13; time++) {
        Version expected = null;
        for (Version version : ordered) {
          expected = version.time() <= time ? version : expected;
        }
        List<Row> holding = holding(rows, id, time);
        if (expected == null || expected.deleted()) {
          assertThat(holding, is(empty()));
        } else {
          assertThat(holding.size(), is(1));
          assertThat(holding.get(0).segment(), equalTo(expected.segment()));
          assertThat(holding.get(0).email(), equalTo(latest == null ? null : latest.email()));
        }
      }
    }
  }

  @Property
  void hasNoRowThatSaysWhatTheOneBeforeItSays(
      @ForAll("versions") List<Version> versions, @ForAll Chronology chronology)
      throws IOException {
    List<Row> rows = rows(history(chronology), versions, new Random(1));
    Set<Long> keys = new HashSet<>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      assertThat(row.from() < row.to(), is(true));
      assertThat(row.current(), is(row.to() == Long.MAX_VALUE));
      assertThat("surrogate keys differ", keys.add(row.key()), is(true));
      assertThat(row.key() >= 0, is(true));
      if (i > 0 && rows.get(i - 1).id() == row.id() && rows.get(i - 1).to() == row.from()) {
        assertThat(row.segment(), is(not(equalTo(rows.get(i - 1).segment()))));
      }
    }
  }

  @Property
  void dependsOnTheSetOfVersionsAlone(
      @ForAll("versions") List<Version> versions,
      @ForAll Chronology chronology,
      @ForAll Random random)
      throws IOException {
    List<Row> rows = rows(history(chronology), versions, new Random(1));
    List<Version> again = new ArrayList<>(versions);
    again.addAll(versions.subList(0, versions.size() / 2));
    Collections.shuffle(again, random);
    assertThat(rows(history(chronology), again, random), equalTo(rows));
  }

  @Property
  void keepsTheLatestVersionWhereNoHistoryIsWanted(@ForAll("versions") List<Version> versions)
      throws IOException {
    DimensionPlan latest =
        DimensionPlan.of(
            LOG,
            new DimensionPlan.Names(
                List.of("id"),
                List.of("segment", "email"),
                List.of(),
                null,
                "sequence",
                "deleted",
                Chronology.ORDER),
            LATEST);
    List<String> expected = new ArrayList<>();
    for (long id = 1; id <= 3; id++) {
      long key = id;
      versions.stream()
          .filter(version -> version.id() == key)
          .max(Comparator.comparingLong(Version::sequence))
          .filter(version -> !version.deleted())
          .ifPresent(version -> expected.add(key + version.segment() + version.email()));
    }
    assertThat(
        rows(latest, versions, new Random(1)).stream()
            .map(row -> row.id() + row.segment() + row.email())
            .toList(),
        equalTo(expected));
  }

  private static DimensionPlan history(Chronology chronology) {
    return DimensionPlan.of(
        LOG,
        new DimensionPlan.Names(
            List.of("id"),
            List.of("segment", "email"),
            List.of("segment"),
            "changed_at",
            "sequence",
            "deleted",
            chronology),
        HISTORY);
  }

  /** The versions of a key, of each time the last. */
  private static List<Version> ordered(List<Version> versions, long id, Chronology chronology) {
    Comparator<Version> order = Comparator.comparingLong(Version::sequence);
    if (chronology == Chronology.TIME) {
      order = Comparator.comparingLong(Version::time).thenComparing(order);
    }
    List<Version> ordered = new ArrayList<>();
    long time = Long.MIN_VALUE;
    for (Version version :
        versions.stream().filter(each -> each.id() == id).sorted(order).toList()) {
      long from = Math.max(time, version.time());
      if (from == time) {
        ordered.remove(ordered.size() - 1);
      }
      time = from;
      ordered.add(
          new Version(
              id, version.segment(), version.email(), from, version.sequence(), version.deleted()));
    }
    return ordered;
  }

  private static List<Row> holding(List<Row> rows, long id, long time) {
    return rows.stream()
        .filter(row -> row.id() == id && row.from() <= time && time < row.to())
        .toList();
  }

  /** Adds the versions in blocks of any size. */
  private static List<Row> rows(DimensionPlan plan, List<Version> versions, Random random)
      throws IOException {
    DimensionRows rows = new DimensionRows(plan);
    RowBuilder builder = new RowBuilder(1 << 10);
    for (Version version : versions) {
      if (random.nextInt(3) == 0) {
        rows.add(Arrays.copyOf(builder.bytes(), builder.length()), 0);
        builder.truncate(0);
      }
      append(version, plan.key().layout(), builder);
    }
    rows.add(Arrays.copyOf(builder.bytes(), builder.length()), 0);
    List<Row> made = new ArrayList<>();
    RowLayout layout = RowLayout.of(plan.output());
    rows.forEach((bytes, row, length) -> made.add(read(layout, bytes, row)));
    return made;
  }

  private static void append(Version version, RowLayout layout, RowBuilder builder) {
    int header = RowBatch.beginHeader(builder, 0, 0);
    int row = builder.beginRow(layout);
    for (Field field : layout.schema().fields()) {
      int index = layout.schema().indexOf(field.name());
      switch (field.name()) {
        case "id" -> builder.setLong(layout, row, index, version.id());
        case "segment" -> {
          if (version.segment() != null) {
            builder.setString(layout, row, index, version.segment());
          }
        }
        case "email" -> builder.setString(layout, row, index, version.email());
        case "changed_at" -> builder.setLong(layout, row, index, version.time());
        case "sequence" -> builder.setLong(layout, row, index, version.sequence());
        default -> builder.setBoolean(layout, row, index, version.deleted());
      }
    }
    RowBatch.endHeader(builder, header);
  }

  private static Row read(RowLayout layout, byte[] bytes, int row) {
    boolean history = layout.fieldCount() > 4;
    return new Row(
        layout.longAt(bytes, row, 0),
        layout.longAt(bytes, row, 1),
        layout.isNull(bytes, row, 2) ? null : layout.stringAt(bytes, row, 2),
        layout.isNull(bytes, row, 3) ? null : layout.stringAt(bytes, row, 3),
        history ? layout.longAt(bytes, row, 4) : 0,
        !history || layout.isNull(bytes, row, 5) ? Long.MAX_VALUE : layout.longAt(bytes, row, 5),
        history && layout.booleanAt(bytes, row, 6));
  }
}
