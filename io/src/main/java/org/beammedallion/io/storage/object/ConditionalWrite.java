package org.beammedallion.io.storage.object;

import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes an object unless there is one of its name, and knows whether it did: each write has an id
 * of its own, which the object tells, so that a lost answer does not matter.
 */
public final class ConditionalWrite {

  /** Attempts while others write and delete the same name. */
  private static final int ATTEMPTS = 10;

  private ConditionalWrite() {}

  /**
   * Why a request did not write.
   *
   * @param mayBeDone whether the store may have done it nevertheless, or found the name taken
   * @param isTaken whether it found the name taken
   */
  public record Refusal(boolean mayBeDone, boolean isTaken, IOException failure) {}

  /** One request. */
  @FunctionalInterface
  public interface Request {

    /**
     * @param writer the id that the object is to tell
     * @return null where it was written
     */
    @Nullable Refusal put(String writer) throws IOException;
  }

  /** Whether this call has written it. */
  public static boolean of(StoredObject object, Request request) throws IOException {
    String writer = UUID.randomUUID().toString();
    for (int attempt = 1; ; attempt++) {
      Refusal refusal = request.put(writer);
      if (refusal == null) {
        return true;
      }
      // Asked again after a lost answer, the store finds what this call has written.
      String found = refusal.mayBeDone() ? writerOf(object, refusal) : null;
      if (found != null) {
        return writer.equals(found);
      } else if (!refusal.isTaken() || attempt == ATTEMPTS) {
        throw refusal.failure();
      }
      // The other object was deleted in between.
    }
  }

  private static @Nullable String writerOf(StoredObject object, Refusal refusal)
      throws IOException {
    try {
      return object.writer();
    } catch (IOException e) {
      refusal.failure().addSuppressed(e);
      throw refusal.failure();
    }
  }
}
