package org.beammedallion.quality.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.contract.SchemaObject;
import org.beammedallion.quality.contract.SchemaProperty;
import org.beammedallion.quality.schema.JsonFieldPath;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.Problems;

/** Refuses physical names that lead to no field of a record. */
record PhysicalNames(SourceSpec source, RecordSchema schema, Problems problems) {

  void check(SchemaObject object) {
    boolean pathsAllowed = source.format() == SourceSpec.Format.JSON && source.changes() == null;
    Map<List<String>, SchemaProperty> places = new LinkedHashMap<>();
    for (SchemaProperty property : object.properties()) {
      int field = schema.indexOf(property.name());
      if (field >= 0 && !schema.fields().get(field).isOfRecord()) {
        continue;
      }
      if (pathsAllowed) {
        try {
          places.put(JsonFieldPath.names(property.physicalName()), property);
        } catch (IllegalArgumentException e) {
          problems.add(property.location(), "physicalName " + e.getMessage());
        }
      } else if (source.format() != SourceSpec.Format.CSV) {
        refusePath(
            property,
            "is a path into objects of JSON, and the records are "
                + (source.changes() == null ? "no JSON" : "changes")
                + ". Describe the object by 'properties'.");
      }
      nested(property).forEach(this::refuseNested);
    }
    places.forEach((names, property) -> refuseWhole(places, names, property));
  }

  private void refuseWhole(
      Map<List<String>, SchemaProperty> places, List<String> names, SchemaProperty property) {
    for (int length = 1; length < names.size(); length++) {
      SchemaProperty whole = places.get(names.subList(0, length));
      if (whole != null) {
        problems.add(
            property.location(),
            "'"
                + property.name()
                + "' is a part of the object that '"
                + whole.name()
                + "' takes as a whole; use one of the two.");
      }
    }
  }

  private void refuseNested(SchemaProperty property) {
    refusePath(
        property,
        "is a path from the record, and '"
            + property.name()
            + "' is inside an object already. Give its name there, or make it a property of the table.");
    nested(property).forEach(this::refuseNested);
  }

  private void refusePath(SchemaProperty property, String why) {
    if (JsonFieldPath.isPath(property.physicalName())) {
      problems.add(
          property.location(),
          "physicalName '" + property.physicalName() + "' of '" + property.name() + "' " + why);
    }
  }

  private static List<SchemaProperty> nested(SchemaProperty property) {
    List<SchemaProperty> below = new ArrayList<>(property.type().properties());
    SchemaProperty items = property.type().items();
    if (items != null) {
      below.add(items);
    }
    return below;
  }
}
