package org.beammedallion.io.table.iceberg;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.CommitResult;
import org.beammedallion.io.table.CommitResult.Outcome;
import org.beammedallion.io.table.ConcurrentCommitException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableException;
import org.beammedallion.io.table.TableMaintenance;
import org.beammedallion.io.table.TableVersion;
import org.beammedallion.io.table.iceberg.catalog.FolderTableOperations;
import org.beammedallion.io.table.iceberg.catalog.Purpose;
import org.beammedallion.io.table.iceberg.deletes.IcebergDeletes;

/**
 * Care for an Iceberg table. Snapshots are forgotten without their files: Iceberg would remove
 * those that an expired snapshot took away, also where a rollback has brought them back.
 */
final class IcebergMaintenance implements TableMaintenance {

  private static final int MAX_ROUNDS = 20;

  private final IcebergTable table;

  IcebergMaintenance(IcebergTable table) {
    this.table = table;
  }

  @Override
  public CommitResult compact(List<DataFile> adds, List<DataFile> removes) throws IOException {
    return table.inSession(
        Purpose.COMPACT,
        session -> {
          BaseTable loaded = table.load(session);
          if (loaded == null || (adds.isEmpty() && removes.isEmpty())) {
            return new CommitResult(
                Outcome.EMPTY,
                loaded == null ? CommitRequest.NO_TABLE : IcebergTable.versionOf(loaded));
          }
          table.requireLayout(loaded);
          IcebergCommit.requireColumns(loaded, table.layout(), adds);
          for (int round = 1; ; round++) {
            try {
              return compact(loaded, adds, removes);
            } catch (ValidationException | CommitFailedException e) {
              loaded.refresh();
              if (round == MAX_ROUNDS) {
                throw new ConcurrentCommitException(
                    "Others commit to the Iceberg table '"
                        + table.uri()
                        + "' faster than files could be replaced. Nothing was changed.",
                    e);
              }
            }
          }
        });
  }

  private CommitResult compact(BaseTable loaded, List<DataFile> adds, List<DataFile> removes)
      throws IOException {
    MetricsConfig metrics = MetricsConfig.forTable(loaded);
    RewriteFiles rewrite = loaded.newRewrite();
    IcebergCommit.liveTasks(loaded, removes)
        .forEach(
            task -> {
              rewrite.deleteFile(task.file());
              IcebergDeletes.ownOf(task).forEach(rewrite::deleteFile);
            });
    adds.forEach(
        file -> rewrite.addFile(IcebergCommit.fileOf(file, loaded, table.layout(), metrics)));
    rewrite.validateFromSnapshot(loaded.currentSnapshot().snapshotId());
    rewrite.set(IcebergHistory.OPERATION, "compact");
    new SnapshotRows(
            adds.stream().mapToLong(DataFile::rows).sum(),
            removes.stream().mapToLong(DataFile::liveRows).sum())
        .addTo(rewrite);
    rewrite.commit();
    loaded.refresh();
    return new CommitResult(Outcome.COMMITTED, IcebergTable.versionOf(loaded));
  }

  @Override
  public List<TableVersion> expirable(Instant before, int keepLast) throws IOException {
    if (keepLast < 1) {
      throw new IllegalArgumentException("At least one version is kept.");
    }
    return table.history().versions().stream()
        .skip(keepLast)
        .filter(version -> version.time().isBefore(before))
        .toList();
  }

  @Override
  public int expire(Instant before, int keepLast) throws IOException {
    if (expirable(before, keepLast).isEmpty()) {
      return 0;
    }
    return table.inSession(
        Purpose.EXPIRE,
        session -> {
          BaseTable loaded = table.load(session);
          if (loaded == null) {
            return 0;
          }
          int held = IcebergHistory.ancestors(loaded).size();
          loaded
              .expireSnapshots()
              .expireOlderThan(before.toEpochMilli())
              .retainLast(keepLast)
              .cleanupLevel(ExpireSnapshots.CleanupLevel.NONE)
              .commit();
          loaded.refresh();
          return held - IcebergHistory.ancestors(loaded).size();
        });
  }

  /**
   * A rollback asks itself, on the very metadata that it commits to, whether its version is kept.
   */
  @Override
  public void beginRemoval() {}

  @Override
  public List<StoredFile> orphans(Instant before) throws IOException {
    return table.inSession(
        Purpose.SEARCH,
        session -> {
          // Listed first: what is committed after it can only add references.
          List<StoredFile> files = table.storage().list(table.uri());
          BaseTable loaded = table.load(session);
          if (loaded == null) {
            return List.of();
          }
          requireWhole(loaded, files);
          Set<String> referenced = referenced(loaded);
          int oldest = oldestVersion(loaded);
          return files.stream()
              .filter(file -> !file.uri().contains("/.") && versionOf(file) < oldest)
              .filter(file -> !referenced.contains(file.uri()) && file.modified().isBefore(before))
              .sorted(Comparator.comparingInt(IcebergMaintenance::versionOf))
              .toList();
        });
  }

  /**
   * The oldest version of the metadata that the latest one remembers. In a folder that is a
   * catalog, later ones may belong to a commit of this moment, and earlier ones go from the oldest
   * on: see {@link FolderTableOperations}.
   */
  private static int oldestVersion(BaseTable loaded) {
    int oldest = Integer.MAX_VALUE;
    for (String file : ReachableFileUtil.metadataFileLocations(loaded, false)) {
      String name = file.substring(file.lastIndexOf('/') + 1);
      oldest = Math.min(oldest, FolderTableOperations.versionOf(name).orElse(oldest));
    }
    return oldest;
  }

  /** The version that a file of metadata is of in such a folder; 0 of any other file. */
  private static int versionOf(StoredFile file) {
    return file.uri().contains("/metadata/")
        ? FolderTableOperations.versionOf(file.name()).orElse(0)
        : 0;
  }

  private void requireWhole(BaseTable loaded, List<StoredFile> files) throws IOException {
    Set<String> listed = new HashSet<>();
    files.forEach(file -> listed.add(file.uri()));
    Set<String> missing = new HashSet<>();
    table.forEachTask(
        loaded,
        loaded.newScan(),
        task -> {
          String uri = canonical(task.file().location());
          // Files may have been committed after the listing.
          if (uri.startsWith(table.uri() + "/") && !listed.contains(uri)) {
            missing.add(uri);
          }
        });
    for (String uri : missing) {
      if (table.storage().stat(uri).isEmpty()) {
        throw new TableException(
            "The file '"
                + uri
                + "' belongs to the latest version of the Iceberg table '"
                + table.uri()
                + "' and is not there. Nothing is removed from such a table; restore the file, or roll back.",
            null);
      }
    }
  }

  private String canonical(String location) {
    return location.startsWith(table.uri()) ? location : table.storage().canonical(location);
  }

  private Set<String> referenced(BaseTable loaded) throws IOException {
    Set<String> referenced = new HashSet<>();
    Set<String> manifests = new HashSet<>();
    for (String file : ReachableFileUtil.metadataFileLocations(loaded, false)) {
      referenced.add(canonical(file));
    }
    referenced.add(canonical(ReachableFileUtil.versionHintLocation(loaded)));
    ReachableFileUtil.statisticsFilesLocations(loaded)
        .forEach(file -> referenced.add(canonical(file)));
    for (Snapshot snapshot : loaded.snapshots()) {
      if (snapshot.manifestListLocation() != null) {
        referenced.add(canonical(snapshot.manifestListLocation()));
      }
      for (ManifestFile manifest : snapshot.allManifests(loaded.io())) {
        if (manifests.add(manifest.path())) {
          referenced.add(canonical(manifest.path()));
          addFilesOf(manifest, loaded, referenced);
        }
      }
    }
    return referenced;
  }

  private void addFilesOf(ManifestFile manifest, BaseTable loaded, Set<String> referenced)
      throws IOException {
    if (manifest.content() == ManifestContent.DATA) {
      try (CloseableIterable<String> paths =
          ManifestFiles.readPaths(manifest, loaded.io(), loaded.specs())) {
        paths.forEach(path -> referenced.add(canonical(path)));
      }
      return;
    }
    try (ManifestReader<org.apache.iceberg.DeleteFile> deletes =
        ManifestFiles.readDeleteManifest(manifest, loaded.io(), loaded.specs())) {
      deletes.forEach(file -> referenced.add(canonical(file.location())));
    }
  }
}
