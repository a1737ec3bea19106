package org.beammedallion.io.storage.azure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.beammedallion.io.storage.object.ObjectOutput;

/** A blob being written, a large one as blocks, which appear with their list. Not thread-safe. */
final class AzureOutput extends ObjectOutput {

  private final AzureBlob blob;
  private final List<String> blocks = new ArrayList<>();

  AzureOutput(AzureBlob blob) {
    super(blob, blob.location().uri(), blob.container().blockBytes());
    this.blob = blob;
  }

  @Override
  protected void putWhole(byte[] bytes, int count) throws IOException {
    AzureRequests.ask(
        "write",
        blob.location(),
        () -> {
          blob.put(bytes, count, writer(), new BlobRequestConditions());
          return null;
        });
  }

  /** Ids of blocks are of one length, and of this write alone. */
  @Override
  protected void putPart(int number, byte[] bytes, int count) throws IOException {
    String id =
        Base64.getEncoder()
            .encodeToString((writer() + "-" + (10_000_000 + number)).getBytes(ISO_8859_1));
    BinaryData body = BinaryData.fromByteBuffer(ByteBuffer.wrap(bytes, 0, count));
    AzureRequests.ask(
        "write",
        blob.location(),
        () ->
            blob.client()
                .stageBlockWithResponse(
                    new BlockBlobStageBlockOptions(id, body), null, Context.NONE));
    blocks.add(id);
  }

  @Override
  protected void complete() throws IOException {
    AzureRequests.ask(
        "write",
        blob.location(),
        () ->
            blob.client()
                .commitBlockListWithResponse(
                    new BlockBlobCommitBlockListOptions(blocks)
                        .setMetadata(AzureBlob.writtenBy(writer())),
                    null,
                    Context.NONE));
  }

  /** The store removes blocks without a list after a week. */
  @Override
  protected void drop() {
    blocks.clear();
  }
}
