package org.beammedallion.io.bronze;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RoutePiece;
import org.beammedallion.transforms.raw.Routes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the messages of each route are in the bronze files of a cycle, so that a pipeline that
 * wants those of one table does not read those of a hundred. It only saves work: where it is
 * missing, whole files are read.
 *
 * @param cycle its number
 * @param files those that have messages
 */
public record BronzeRoutes(long cycle, List<RoutedFile> files) {

  private static final Logger LOG = LoggerFactory.getLogger(BronzeRoutes.class);
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * The routes of one file.
   *
   * @param shard number of the shard in the cycle's plan
   * @param bytes size of the file that is meant
   */
  public record RoutedFile(int shard, long bytes, Routes routes) {

    public RoutedFile {
      requireFilled(requireNonNull(routes, "routes").pieces(), bytes);
    }

    private static void requireFilled(List<RoutePiece> pieces, long bytes) {
      for (int i = 0; i < pieces.size(); i++) {
        long end = i + 1 < pieces.size() ? pieces.get(i + 1).from() : bytes;
        if (pieces.get(i).to() != end) {
          throw new IllegalArgumentException("There is a gap behind byte " + end + ".");
        }
      }
      if (pieces.isEmpty()) {
        throw new IllegalArgumentException("A file without messages is not written.");
      }
    }
  }

  public BronzeRoutes {
    files = List.copyOf(files);
  }

  /** Of what a cycle has landed; none where no file is routed. */
  public static BronzeRoutes of(long cycle, List<Landed> landed) {
    List<RoutedFile> files = new ArrayList<>();
    for (Landed shard : landed) {
      Routes routes = shard.routes();
      if (routes != null) {
        files.add(new RoutedFile(shard.shard(), shard.bronzeBytes(), routes));
      }
    }
    return new BronzeRoutes(cycle, files);
  }

  private static String uri(String folder, long cycle) {
    return String.format("%s/routes/%010d.json", folder, cycle);
  }

  /**
   * Those of a cycle, or empty where its files are not routed.
   *
   * @param folder of the pipeline's bronze layer
   */
  public static Optional<BronzeRoutes> find(String folder, long cycle) throws IOException {
    String uri = uri(folder, cycle);
    try (InputStream in = Storage.of(uri).open(uri)) {
      return Optional.ofNullable(JSON.readValue(in, BronzeRoutes.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      LOG.warn(
          "{} is damaged: pipelines with 'landedBy' read all messages of the cycle. Delete it to end this warning.",
          uri,
          e);
      return Optional.empty();
    }
  }

  /** Writes them. Where there are none, those of an earlier attempt at the cycle are deleted. */
  public void put(String folder) throws IOException {
    String uri = uri(folder, cycle);
    if (files.isEmpty()) {
      Storage.of(uri).delete(uri);
      return;
    }
    try (AtomicOutput out = Storage.of(uri).create(uri)) {
      out.write(JSON.writeValueAsBytes(this));
    }
  }
}
