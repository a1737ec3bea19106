package org.beammedallion.io.bronze;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.io.progress.SelectedPieces;
import org.beammedallion.quality.pipeline.MessageSpec.Condition;
import org.beammedallion.quality.pipeline.MessageSpec.Part;
import org.beammedallion.transforms.bytes.AvroBuffer;
import org.beammedallion.transforms.raw.RoutePiece;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutedRecordsTest {

  private static final byte[] SOURCE = "kafka:t/0".getBytes(StandardCharsets.UTF_8);

  /** A file, and where its routes are. */
  private record Written(Path file, List<RoutePiece> pieces) {

    /** The positions that a reader of some routes gets. */
    List<Long> read(Set<@Nullable String> routes) throws IOException {
      List<RoutePiece> wanted =
          pieces.stream().filter(piece -> routes.contains(piece.route())).toList();
      Condition any = new Condition(Part.header("h"), List.of());
      SelectedPieces selected = new SelectedPieces(any, pieces.get(0).from(), wanted);
      List<Long> positions = new ArrayList<>();
      try (BronzeRecords records = BronzeRecords.open(file.toString(), selected)) {
        while (records.next()) {
          positions.add(records.position());
        }
      }
      assertThat(selected.records(), is((long) positions.size()));
      return positions;
    }
  }

  private static void encode(AvroBuffer out, long position, int size) {
    out.clear();
    out.putBytes(SOURCE, 0, SOURCE.length);
    out.putLong(0);
    out.putLong(position);
    out.putLong(0);
    out.putLong(size);
    out.putBytes(new byte[size], 0, size);
  }

  private static Written write(List<@Nullable String> routes, int size, int mostBytes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AvroBuffer record = new AvroBuffer(100);
    List<RoutePiece> pieces;
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(BronzeFile.SCHEMA))) {
      writer.create(BronzeFile.SCHEMA, bytes);
      RoutedRecords routed = new RoutedRecords(writer, mostBytes);
      for (int i = 0; i < routes.size(); i++) {
        encode(record, i, size);
        routed.add(routes.get(i), record.bytes(), record.length());
      }
      pieces = routed.finish();
    }
    Path file = Files.createTempFile("routed", ".avro");
    file.toFile().deleteOnExit();
    Files.write(file, bytes.toByteArray());
    return new Written(file, pieces);
  }

  private static List<Long> positions(List<@Nullable String> routes, Set<@Nullable String> wanted) {
    return IntStream.range(0, routes.size())
        .filter(i -> wanted.contains(routes.get(i)))
        .mapToObj(i -> (long) i)
        .toList();
  }

  private static List<Long> all(File file) throws IOException {
    List<Long> positions = new ArrayList<>();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(file, new GenericDatumReader<>())) {
      reader.forEach(each -> positions.add((Long) each.get("position")));
    }
    return positions;
  }

  @Provide
  Arbitrary<List<@Nullable String>> routes() {
    return Arbitraries.of("a", "b", "c", "größe")
        .injectNull(0.2)
        .list()
        .ofMinSize(1)
        .ofMaxSize(300);
  }

  @Provide
  Arbitrary<Set<@Nullable String>> wanted() {
    return Arbitraries.of("a", "b", "c", "größe", "none").injectNull(0.5).set().ofMaxSize(4);
  }

  @Property(tries = 300)
  void whoWantsSomeRoutesReadsTheirRecordsAndNoOthers(
      @ForAll("routes") List<@Nullable String> routes,
      @ForAll("wanted") Set<@Nullable String> wanted,
      @ForAll @IntRange(max = 200) int size,
      @ForAll @IntRange(min = 1, max = 5000) int mostBytes)
      throws IOException {
    Written written = write(routes, size, mostBytes);
    assertThat(
        written.read(wanted), containsInAnyOrder(positions(routes, wanted).toArray(Long[]::new)));
    Set<@Nullable String> every = new HashSet<>(routes);
    assertThat(
        "a reader that knows of no routes",
        all(written.file().toFile()),
        containsInAnyOrder(positions(routes, every).toArray(Long[]::new)));
    Files.delete(written.file());
  }

  @Test
  void whatIsTooLongForANameIsForEverybody() throws IOException {
    Written written = write(List.of("a", "b".repeat(257), "a"), 10, 1 << 20);
    Set<@Nullable String> everybody = new HashSet<>();
    everybody.add(null);
    assertThat(written.read(everybody), is(List.of(1L)));
  }

  /** Routes whose blocks are full before all is read, and pieces of several megabytes. */
  @Test
  void largeRoutesHaveSeveralBlocks() throws IOException {
    List<@Nullable String> routes =
        IntStream.range(0, 60).<@Nullable String>mapToObj(i -> i % 3 == 0 ? "a" : "b").toList();
    Written written = write(routes, 200_000, 16 << 20);
    assertThat(written.pieces().size(), is(greaterThan(4)));
    assertThat(Files.size(written.file()), is(greaterThan(10L << 20)));
    for (String route : List.of("a", "b")) {
      Set<@Nullable String> wanted = new HashSet<>(List.of(route));
      assertThat(
          written.read(wanted), containsInAnyOrder(positions(routes, wanted).toArray(Long[]::new)));
    }
  }

  /** As where somebody routes by the key of a table. */
  @Test
  void whatHasMoreRoutesThanABlockIsWorthIsForEverybody() throws IOException {
    List<@Nullable String> routes =
        IntStream.range(0, 5000).<@Nullable String>mapToObj(i -> "route " + i).toList();
    Written written = write(routes, 10, 1 << 20);
    assertThat(written.pieces().size(), is(lessThan(1002)));
    Set<@Nullable String> everybody = new HashSet<>();
    everybody.add(null);
    assertThat(written.read(everybody).size(), is(4000));
    everybody.add("route 3");
    List<Long> read = written.read(everybody);
    assertThat(read.size(), is(4001));
    assertThat(read.stream().anyMatch(position -> Objects.equals(position, 3L)), is(true));
  }
}
