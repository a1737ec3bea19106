package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.beammedallion.io.progress.TakenFile;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.transforms.raw.CsvFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceListingTest {

  private static final Instant THEN = Instant.parse("2026-11-01T08:00:00.5Z");

  @TempDir Path folder;

  private static List<String> warnings(Instant modified, int files) {
    List<StoredFile> found =
        IntStream.range(0, files).mapToObj(i -> new StoredFile("f" + i, 7, modified)).toList();
    Map<String, TakenFile> taken = new TreeMap<>();
    found.forEach(file -> taken.put(file.uri(), new TakenFile(7, THEN)));
    return SourceListing.of("f*", null, found, taken).warnings();
  }

  private SourceListing list(String glob, Map<String, TakenFile> taken) throws IOException {
    ShardFormat format = new ShardFormat(ShardFormat.Kind.LINES, null, CsvFormat.RFC_4180, 1 << 20);
    return FileSource.of(folder.resolve(glob).toString(), format).list(taken);
  }

  @Test
  void namesFilesThatWereWrittenAgainInOneSentence() {
    assertThat(warnings(THEN.plusSeconds(1), 1).get(0), startsWith("f0 was written again"));
    List<String> many = warnings(THEN.plusSeconds(1), 1003);
    assertThat(many.size(), is(1));
    assertThat(many.get(0), startsWith("f0, f1, f2, and 1,000 more files were written again"));
  }

  @Test
  void looksAtWholeSecondsAndAtLaterTimesOnly() {
    assertThat(warnings(THEN.plusMillis(499), 1), is(empty()));
    assertThat(warnings(THEN.minusSeconds(60), 1), is(empty()));
    TakenFile unknown = new TakenFile(7, null);
    StoredFile file = new StoredFile("f", 7, THEN);
    assertThat(
        SourceListing.of("f", null, List.of(file), Map.of("f", unknown)).warnings(), is(empty()));
  }

  @Test
  void wantsTheFolderBeforeTheFirstWildcard() throws IOException {
    SourceListing missing = list("data/2026-*/*.jsonl", Map.of());
    assertThat(missing.warnings().get(0), startsWith("There is no '" + folder.resolve("data")));
    assertThrows(StorageException.class, missing::requireFolder);
    Files.createDirectory(folder.resolve("data"));
    SourceListing none = list("data/2026-*/*.jsonl", Map.of());
    assertThat(none.warnings().get(0), containsString("No file matches"));
    assertDoesNotThrow(none::requireFolder);
  }

  @Test
  void wantsAFileThatIsNamedUnlessItWasReadBefore() throws IOException {
    String uri = folder.resolve("one.jsonl").toString();
    assertThrows(StorageException.class, list("one.jsonl", Map.of())::requireFolder);
    assertDoesNotThrow(list("one.jsonl", Map.of(uri, new TakenFile(7, THEN)))::requireFolder);
    Files.writeString(Path.of(uri), "{}");
    assertDoesNotThrow(list("one.jsonl", Map.of())::requireFolder);
  }
}
