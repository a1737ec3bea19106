package org.beammedallion.pipelines.wiring;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.quality.yaml.Document;

/**
 * A pipeline file or contract in any storage that the lake could lie in.
 *
 * @param address canonical
 */
public record StoredDocument(Storage storage, String address) implements Document {

  /**
   * What a user named.
   *
   * @param text a local path or a URI
   * @throws IllegalArgumentException where no storage knows the scheme
   */
  public static Document of(String text) {
    if (!Storage.isUri(text)) {
      return Document.of(Path.of(text));
    }
    Storage storage = Storage.of(text);
    String canonical = storage.canonical(text);
    return Storage.isUri(canonical)
        ? new StoredDocument(storage, canonical)
        : Document.of(Path.of(canonical));
  }

  /**
   * Those directly in a folder whose names end in a text, ordered by address; empty where the
   * folder does not exist.
   */
  public static List<Document> in(String folder, String ending) throws IOException {
    Storage storage = Storage.of(folder);
    return storage.listDirect(storage.canonical(folder)).stream()
        .map(file -> of(file.uri()))
        .filter(document -> document.name().endsWith(ending))
        .toList();
  }

  @Override
  public String name() {
    return address.substring(address.lastIndexOf('/') + 1);
  }

  @Override
  public String folder() {
    return address.substring(0, address.lastIndexOf('/'));
  }

  @Override
  public Document resolve(String path) {
    if (Storage.isUri(path)) {
      return of(path);
    }
    int root = rootLength();
    Deque<String> segments = new ArrayDeque<>();
    String whole = path.startsWith("/") ? path : folder().substring(root) + "/" + path;
    for (String segment : whole.split("/")) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    return of(address.substring(0, root) + "/" + String.join("/", segments));
  }

  /** Number of characters of scheme and authority: {@code s3://bucket}, or {@code file:}. */
  private int rootLength() {
    int colon = address.indexOf(':') + 1;
    if (!address.startsWith("//", colon)) {
      return colon;
    }
    int slash = address.indexOf('/', colon + 2);
    return slash < 0 ? address.length() : slash;
  }

  @Override
  public boolean isMissing() {
    try {
      return storage.stat(address).isEmpty();
    } catch (IOException e) {
      // Reading it will tell why.
      return false;
    }
  }

  @Override
  public boolean isFolder() {
    try {
      return storage.stat(address).isEmpty() && !storage.listDirect(address).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public byte[] read(int limit) throws IOException {
    try (InputStream in = storage.open(address)) {
      return in.readNBytes(limit);
    } catch (FileNotFoundException e) {
      throw new NoSuchFileException(address);
    }
  }

  @Override
  public String toString() {
    return address;
  }
}
