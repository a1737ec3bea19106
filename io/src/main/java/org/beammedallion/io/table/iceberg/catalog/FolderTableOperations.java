package org.beammedallion.io.table.iceberg.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadata.MetadataLogEntry;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.util.JsonUtil;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table whose folder is its catalog, in the layout of Iceberg's Hadoop tables: {@code
 * metadata/vN.metadata.json}, and a hint that names the latest N. A version is put if absent, so of
 * any number of racing commits one lands; Iceberg's own implementation renames, which on a local
 * disk replaces what another process has just committed.
 */
public final class FolderTableOperations implements TableOperations {

  private static final Pattern VERSION =
      Pattern.compile("v(\\d+)(\\.gz)?\\.metadata\\.json(\\.gz)?");
  private static final Logger LOG = LoggerFactory.getLogger(FolderTableOperations.class);
  private static final String FORMAT_VERSION = "format-version";
  private static final String HINT = "version-hint.text";

  private final String location;
  private final Storage storage;
  private final LatestMetadata latest;
  private final FileIO io = new StorageFileIO();
  private @Nullable TableMetadata current;
  private int version;
  private boolean stale = true;

  public FolderTableOperations(String location) {
    this(location, new LatestMetadata());
  }

  /**
   * @param latest what others who look at the table have seen of it, and are told of it
   */
  public FolderTableOperations(String location, LatestMetadata latest) {
    this.location = location;
    this.latest = latest;
    this.storage = Storage.of(location);
  }

  @Override
  public @Nullable TableMetadata current() {
    return stale ? refresh() : current;
  }

  @Override
  public @Nullable TableMetadata refresh() {
    try {
      boolean resumed = version == 0 && resume();
      int newest = latestVersion(resumed);
      if (newest != version) {
        String file = metadataFile(newest);
        take(newest, parse(file, read(file)));
      }
      stale = false;
      return current;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes on from what another has seen, if it is still there. */
  private boolean resume() throws IOException {
    LatestMetadata.Seen seen = latest.get();
    // Last of all it is looked at itself: who sleeps before that finds it gone where others went
    // on.
    if (seen == null
        || exists(metadataFile(seen.version() + 1))
        || !storage.stat(metadataFile(seen.version())).equals(Optional.of(seen.file()))) {
      return false;
    }
    version = seen.version();
    current = seen.metadata();
    return true;
  }

  private void take(int number, TableMetadata metadata) throws IOException {
    version = number;
    current = metadata;
    Optional<StoredFile> file = storage.stat(metadataFile(number));
    if (file.isPresent()) {
      latest.set(new LatestMetadata.Seen(number, metadata, file.get()));
    }
  }

  /** A later version of the format may lack what the parser needs, so it is looked at first. */
  private TableMetadata parse(String file, String content) throws IOException {
    JsonNode metadata = JsonUtil.mapper().readTree(content);
    JsonNode format = metadata.path(FORMAT_VERSION);
    if (format.isInt()) {
      FormatVersion.requireSupported(format.intValue(), location);
    }
    return TableMetadataParser.fromJson(file, metadata);
  }

  /**
   * The latest version, or 0 where there is no table.
   *
   * @param resumed whether the known version was seen to be the latest a moment ago
   */
  private int latestVersion(boolean resumed) throws IOException {
    boolean isLatest =
        resumed
            || (version > 0 && !exists(metadataFile(version + 1)) && exists(metadataFile(version)));
    if (isLatest) {
      requireReadable(version);
      return version;
    }
    int newest = Math.max(version, hint().orElse(0));
    if (newest == 0 || !exists(metadataFile(newest))) {
      // Old versions may be gone, and a hint may be lost: the folder tells.
      newest = listedVersion();
    }
    // A hint is written after its version, so it may be behind.
    while (exists(metadataFile(newest + 1))) {
      newest++;
    }
    requireReadable(newest);
    return newest;
  }

  /** Another version would be written over a compressed one, for it has another name. */
  private void requireReadable(int newest) throws IOException {
    String next = location + "/metadata/v" + (newest + 1);
    if (exists(next + ".gz.metadata.json") || exists(next + ".metadata.json.gz")) {
      throw new ValidationException(
          "Version %s of the table's metadata is compressed, which is not supported for tables whose folder is their"
              + " catalog. Set write.metadata.compression-codec=none with the engine that wrote it.",
          newest + 1);
    }
  }

  private boolean exists(String uri) throws IOException {
    return storage.stat(uri).isPresent();
  }

  private OptionalInt hint() throws IOException {
    try {
      String text = read(location + "/metadata/" + HINT).strip();
      return text.matches("\\d{1,9}")
          ? OptionalInt.of(Integer.parseInt(text))
          : OptionalInt.empty();
    } catch (FileNotFoundException e) {
      return OptionalInt.empty();
    }
  }

  private int listedVersion() throws IOException {
    int newest = 0;
    for (StoredFile file : storage.listDirect(location + "/metadata")) {
      Matcher matcher = VERSION.matcher(file.name());
      if (matcher.matches() && file.name().endsWith(".metadata.json") && matcher.group(2) == null) {
        newest = Math.max(newest, Integer.parseInt(matcher.group(1)));
      }
    }
    return newest;
  }

  private String read(String uri) throws IOException {
    try (InputStream in = storage.open(uri)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The number of a version's file, if its name is that of one. */
  public static OptionalInt versionOf(String name) {
    Matcher matcher = VERSION.matcher(name);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private String metadataFile(int number) {
    return location + "/metadata/v" + number + ".metadata.json";
  }

  @Override
  public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
    if (base != current()) {
      throw new CommitFailedException("The table '%s' has changed.", location);
    }
    if (base == metadata) {
      return;
    }
    int next = version + 1;
    String content = TableMetadataParser.toJson(metadata);
    try {
      if (!storage.putIfAbsent(metadataFile(next), content.getBytes(StandardCharsets.UTF_8))) {
        throw new CommitFailedException("Version %s of '%s' exists.", next, location);
      }
    } catch (IOException e) {
      throw new CommitStateUnknownException(e);
    }
    stale = true;
    try {
      requireNew(next, metadata);
      take(next, parse(metadataFile(next), content));
      writeHint(next);
      if (base != null) {
        removeForgotten(base, metadata);
      }
    } catch (IOException e) {
      // The version stands; readers look beyond the hint.
      LOG.warn("The hint of '{}' could not be written.", location, e);
    }
  }

  /**
   * A process that slept while others committed and removed old versions finds its number free
   * again, far behind the latest. Versions are removed from the oldest on, so the number was never
   * used if the version before it is there still.
   */
  private void requireNew(int written, TableMetadata metadata) throws IOException {
    boolean follows = written == 1 || exists(metadataFile(written - 1));
    if (follows && (hint().orElse(0) <= written || exists(metadataFile(written + 1)))) {
      return;
    }
    int newest = listedVersion();
    // Or the version landed, and it was this process that slept before it looked.
    if (newest > written && !holds(newest, metadata.currentSnapshot())) {
      storage.delete(metadataFile(written));
      throw new CommitFailedException(
          "Version %s of '%s' was removed long ago.", written, location);
    }
  }

  private boolean holds(int number, @Nullable Snapshot snapshot) throws IOException {
    String file = metadataFile(number);
    return snapshot != null && parse(file, read(file)).snapshot(snapshot.snapshotId()) != null;
  }

  /** What the table asks for by {@code write.metadata.delete-after-commit.enabled}. */
  private void removeForgotten(TableMetadata base, TableMetadata metadata) throws IOException {
    if (!metadata.propertyAsBoolean(
        TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
        TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED_DEFAULT)) {
      return;
    }
    Set<String> kept = new HashSet<>();
    metadata.previousFiles().forEach(entry -> kept.add(entry.file()));
    // The log is in order, the oldest first.
    for (MetadataLogEntry entry : base.previousFiles()) {
      if (!kept.contains(entry.file())) {
        storage.delete(storage.canonical(entry.file()));
      }
    }
  }

  private void writeHint(int number) throws IOException {
    try (AtomicOutput output = storage.create(location + "/metadata/" + HINT)) {
      output.write(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public String metadataFileLocation(String name) {
    return location + "/metadata/" + name;
  }

  @Override
  public LocationProvider locationProvider() {
    TableMetadata metadata = current();
    return LocationProviders.locationsFor(
        location, metadata == null ? java.util.Map.of() : metadata.properties());
  }
}
