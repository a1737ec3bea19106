package org.beammedallion.io.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.beammedallion.io.progress.TakenFile;
import org.beammedallion.io.progress.TakenFiles;
import org.beammedallion.io.source.SourceListing.Search;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.ledger.RefusedFile;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceListingTest {

  private static final Instant THEN = Instant.parse("2026-11-01T08:00:00.5Z");

  @TempDir Path folder;

  private static List<String> warnings(Instant modified, int files) throws IOException {
    List<StoredFile> found =
        IntStream.range(0, files).mapToObj(i -> new StoredFile("f" + i, 7, modified)).toList();
    Map<String, TakenFile> taken = new TreeMap<>();
    found.forEach(file -> taken.put(file.uri(), new TakenFile(7, THEN)));
    return of("f*", found, taken).warnings();
  }

  private static SourceListing of(
      String pattern, List<StoredFile> found, Map<String, TakenFile> taken) throws IOException {
    return SourceListing.of(
        pattern, null, found.iterator(), TakenFiles.of(taken), new Search("", List.of(), 100), "");
  }

  private SourceListing list(String glob, Map<String, TakenFile> taken) throws IOException {
    return list(glob, taken, FileSource.Order.ANY);
  }

  private SourceListing list(String glob, Map<String, TakenFile> taken, FileSource.Order order)
      throws IOException {
    ShardFormat format =
        new ShardFormat(ShardFormat.Kind.LINES, null, CsvFormat.RFC_4180, 1 << 20, FileCheck.NONE);
    return new FileSource(folder.resolve(glob).toString(), format, order)
        .list(TakenFiles.of(taken), new Search("", List.of(), 100));
  }

  @Test
  void looksBehindTheLastNameWhereFilesComeInTheirOrder() throws IOException {
    Path old = Files.createDirectories(folder.resolve("data/2026-11-01"));
    Path day = Files.createDirectories(folder.resolve("data/2026-11-02"));
    for (String name : List.of("a", "b", "c")) {
      Files.writeString(old.resolve(name), "{}");
      Files.writeString(day.resolve(name), "{}");
    }
    TakenFile taken = new TakenFile(2, THEN);
    RefusedFile refusal = new RefusedFile(old.resolve("b").toString(), 1, THEN, "", "is empty.");
    Map<String, TakenFile> before =
        Map.of(
            "/elsewhere/z",
            taken,
            old.resolve("a").toString(),
            taken,
            old.resolve("b").toString(),
            new TakenFile(1, THEN, refusal),
            day.resolve("b").toString(),
            taken);
    SourceListing listing = list("data/*/*", before, FileSource.Order.NAME);
    assertThat(
        "what was mended, and what is later; not the others",
        listing.fresh().stream().map(StoredFile::uri).toList(),
        is(List.of(old.resolve("b").toString(), day.resolve("c").toString())));
    assertThat(listing.files(), is(2L));
    assertThat(
        "the first cycle takes all",
        list("data/*/*", Map.of(), FileSource.Order.NAME).files(),
        is(6L));
    Files.delete(day.resolve("c"));
    Files.delete(old.resolve("b"));
    assertThat(list("data/*/*", before, FileSource.Order.NAME).warnings(), is(empty()));
  }

  @Test
  void namesFilesThatWereWrittenAgainInOneSentence() throws IOException {
    assertThat(warnings(THEN.plusSeconds(1), 1).get(0), startsWith("f0 was written again"));
    List<String> many = warnings(THEN.plusSeconds(1), 1003);
    assertThat(many.size(), is(1));
    assertThat(many.get(0), startsWith("f0, f1, f2, and 1,000 more files were written again"));
  }

  @Test
  void looksAtWholeSecondsAndAtLaterTimesOnly() throws IOException {
    assertThat(warnings(THEN.plusMillis(499), 1), is(empty()));
    assertThat(warnings(THEN.minusSeconds(60), 1), is(empty()));
    TakenFile unknown = new TakenFile(7, null);
    StoredFile file = new StoredFile("f", 7, THEN);
    assertThat(of("f", List.of(file), Map.of("f", unknown)).warnings(), is(empty()));
  }

  @Test
  void wantsTheFolderBeforeTheFirstWildcard() throws IOException {
    SourceListing missing = list("data/2026-*/*.jsonl", Map.of());
    assertThat(missing.warnings().get(0), startsWith("There is no '" + folder.resolve("data")));
    assertThat(missing.missing(), startsWith("There is no '"));
    Files.createDirectory(folder.resolve("data"));
    SourceListing none = list("data/2026-*/*.jsonl", Map.of());
    assertThat(none.warnings().get(0), containsString("No file matches"));
    assertThat(none.missing(), is(nullValue()));
  }

  @Test
  void wantsAFileThatIsNamedUnlessItWasReadBefore() throws IOException {
    String uri = folder.resolve("one.jsonl").toString();
    assertThat(list("one.jsonl", Map.of()).missing(), containsString("one.jsonl"));
    assertThat(list("one.jsonl", Map.of(uri, new TakenFile(7, THEN))).missing(), is(nullValue()));
    Files.writeString(Path.of(uri), "{}");
    assertThat(list("one.jsonl", Map.of()).missing(), is(nullValue()));
  }

  @Test
  void keepsTheFirstNewFilesAndCountsTheOthers() throws IOException {
    List<StoredFile> found =
        IntStream.range(0, 9).mapToObj(i -> new StoredFile("f" + i, i, THEN)).toList();
    SourceListing listing =
        SourceListing.of(
            "f*",
            null,
            found.iterator(),
            TakenFiles.of(Map.of("f1", new TakenFile(1, THEN), "f4", new TakenFile(5, THEN))),
            new Search("", List.of(), 3),
            "");
    assertThat(
        listing.fresh().stream().map(StoredFile::uri).toList(), is(List.of("f0", "f2", "f3")));
    assertThat(listing.files(), is(9L));
    assertThat(listing.freshFiles(), is(7L));
    assertThat(listing.freshBytes(), is(0L + 2 + 3 + 5 + 6 + 7 + 8));
    assertThat(listing.resized().count(), is(1L));
    assertThat(listing.resized().sizes(), is(List.of(5L)));
  }

  @Test
  void leavesOutRefusedFilesThatAreSetAside() throws IOException {
    RefusedFile refusal = new RefusedFile("f0", 7, THEN, "one", "is no CSV.");
    TakenFiles taken = TakenFiles.of(Map.of("f0", new TakenFile(7, THEN, refusal)));
    List<StoredFile> found = List.of(new StoredFile("f0", 7, THEN), new StoredFile("f1", 7, THEN));
    assertThat(
        listing(found, taken, new Search("one", List.of(), 9)).refused(), is(List.of(refusal)));
    SourceListing changed = listing(found, taken, new Search("two", List.of(), 9));
    assertThat("the contract has changed", changed.fresh(), is(found));
    assertThat(
        listing(found, taken, new Search("two", List.of("f0"), 9)).fresh(),
        is(found.subList(1, 2)));
    assertThat(listing(found, taken, new Search("one", List.of("f0"), 9)).refused(), is(empty()));
  }

  private static SourceListing listing(List<StoredFile> found, TakenFiles taken, Search search)
      throws IOException {
    return SourceListing.of("f*", null, found.iterator(), taken, search, "");
  }
}
