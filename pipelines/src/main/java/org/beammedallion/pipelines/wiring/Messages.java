package org.beammedallion.pipelines.wiring;

import java.util.ArrayList;
import java.util.List;
import org.beammedallion.quality.pipeline.MessageSpec;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.decode.json.NullValueDeletes;
import org.beammedallion.transforms.decode.json.SelectedMessages;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.decode.wire.MessageRoute;
import org.jspecify.annotations.Nullable;

/** From the pipeline file's words for messages to what selects and decodes them. */
final class Messages {

  private Messages() {}

  /** Selects by headers, and takes deletes; for messages in any encoding. */
  static RecordDecoder decoder(
      MessageSpec messages, PipelineDefinition definition, RecordDecoder ofValues) {
    RecordDecoder decoder = ofValues;
    if (messages.deletes()) {
      List<Integer> told = new ArrayList<>(definition.keyFields());
      told.add(definition.latestBy());
      decoder = NullValueDeletes.of(definition.rowSchema(), told, decoder);
    }
    return selecting(messages, true, decoder);
  }

  /** Selects by fields, before a decoder of the JSON text itself. */
  static RecordDecoder ofText(MessageSpec messages, RecordDecoder texts) {
    return selecting(messages, false, texts);
  }

  private static RecordDecoder selecting(
      MessageSpec messages, boolean byHeader, RecordDecoder decoder) {
    List<MessageSpec.Condition> conditions =
        messages.where().stream().filter(each -> each.part().ofHeader() == byHeader).toList();
    return conditions.isEmpty() ? decoder : new SelectedMessages(conditions, decoder);
  }

  /** By what bronze keeps the messages apart; null where it keeps their order. */
  static @Nullable MessageRoute route(MessageSpec messages, boolean hasSchemaNumber) {
    MessageSpec.Part part = messages.routeBy();
    return part == null ? null : new MessageRoute(part, hasSchemaNumber);
  }
}
