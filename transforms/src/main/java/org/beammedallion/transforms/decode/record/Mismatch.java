package org.beammedallion.transforms.decode.record;

/** Why a value does not fit the type of its field. */
public enum Mismatch {
  OTHER_TYPE {
    @Override
    public String detail(FieldPlan field, String shown) {
      return field.label() + ": expected " + field.typeName() + ", found " + shown + ".";
    }
  },
  OUT_OF_RANGE {
    @Override
    public String detail(FieldPlan field, String shown) {
      return field.label() + ": " + shown + " is beyond the range of " + field.typeName() + ".";
    }
  },
  /** NaN or an infinity, which no integer or decimal is. */
  NOT_A_NUMBER {
    @Override
    public String detail(FieldPlan field, String shown) {
      return field.label()
          + ": "
          + shown
          + ", which is not a number, cannot be "
          + field.typeName()
          + ". If it means a missing value, make the source write null; NaN of Parquet and Avro files is read as null with"
          + " 'nan: null' in the source of the pipeline file.";
    }
  },
  /** Months, days and milliseconds of Avro, which are no length of time without a calendar. */
  DURATION {
    @Override
    public String detail(FieldPlan field, String shown) {
      return field.label()
          + ": an Avro duration (months, days and milliseconds) cannot be "
          + field.typeName()
          + ". Have the source write it as text or as a number.";
    }
  },
  FRACTION_TOO_LONG {
    @Override
    public String detail(FieldPlan field, String shown) {
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
    public String detail(FieldPlan field, String shown) {
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
  public abstract String detail(FieldPlan field, String shown);
}
