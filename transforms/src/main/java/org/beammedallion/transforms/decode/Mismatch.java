package org.beammedallion.transforms.decode;

/** Why a value does not fit the type of its field. */
enum Mismatch {
  OTHER_TYPE {
    @Override
    String detail(FieldPlan field, String shown) {
      return field.label() + ": expected " + field.typeName() + ", found " + shown + ".";
    }
  },
  OUT_OF_RANGE {
    @Override
    String detail(FieldPlan field, String shown) {
      return field.label() + ": " + shown + " is beyond the range of " + field.typeName() + ".";
    }
  },
  FRACTION_TOO_LONG {
    @Override
    String detail(FieldPlan field, String shown) {
      return field.label()
          + ": "
          + shown
          + " has more fraction digits than "
          + field.typeName()
          + " holds.";
    }
  },
  NOT_WHOLE {
    @Override
    String detail(FieldPlan field, String shown) {
      return field.label()
          + ": "
          + shown
          + " is not a whole number, and the field is "
          + field.typeName()
          + ".";
    }
  };

  /**
   * What is wrong, in words for a person.
   *
   * @param shown the offending value, shortened
   */
  abstract String detail(FieldPlan field, String shown);
}
