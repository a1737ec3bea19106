package org.beammedallion.io.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes to a hidden file beside the target and renames it on close. */
final class LocalOutput extends AtomicOutput {

  private static final int BUFFER = 1 << 16;

  private enum State {
    OPEN,
    FAILED,
    CLOSED
  }

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final byte[] buffer = new byte[BUFFER];
  private int buffered;
  private long flushed;
  private State state = State.OPEN;

  LocalOutput(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  @Override
  public long position() {
    return flushed + buffered;
  }

  @Override
  public void write(int value) throws IOException {
    requireOpen();
    if (buffered == BUFFER) {
      flushBuffer();
    }
    buffer[buffered++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireOpen();
    if (length > BUFFER - buffered) {
      flushBuffer();
    }
    if (length >= BUFFER) {
      writeThrough(bytes, offset, length);
    } else {
      System.arraycopy(bytes, offset, buffer, buffered, length);
      buffered += length;
    }
  }

  private void flushBuffer() throws IOException {
    int count = buffered;
    buffered = 0;
    writeThrough(buffer, 0, count);
  }

  private void writeThrough(byte[] bytes, int offset, int length) throws IOException {
    try {
      LocalStorage.writeFully(channel, bytes, offset, length);
      flushed += length;
    } catch (IOException e) {
      throw discard(e);
    }
  }

  private void requireOpen() throws IOException {
    if (state != State.OPEN) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() throws IOException {
    if (state == State.FAILED) {
      state = State.CLOSED;
      throw new StorageException(
          "'" + target + "' was not written: an earlier write to it failed. See that error.", null);
    }
    if (state == State.CLOSED) {
      return;
    }
    flushBuffer();
    try {
      channel.force(true);
      channel.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      state = State.CLOSED;
      LocalStorage.forceFolder(LocalStorage.parent(target));
    } catch (IOException e) {
      throw discard(e);
    }
  }

  private StorageException discard(IOException cause) {
    state = State.FAILED;
    try {
      remove();
    } catch (IOException | UncheckedIOException e) {
      cause.addSuppressed(e);
    }
    return LocalErrors.explained("write", target, cause);
  }

  @Override
  public void abort() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    try {
      remove();
    } catch (IOException e) {
      throw new UncheckedIOException(LocalErrors.explained("remove", temporary, e));
    }
  }

  private void remove() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
