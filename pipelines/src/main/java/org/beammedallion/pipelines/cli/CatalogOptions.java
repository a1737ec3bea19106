package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;
import org.beammedallion.io.table.CatalogSettings;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of Iceberg tables. Only drivers commit, so none of it is sent to workers: it may hold
 * a password.
 */
public interface CatalogOptions extends PipelineOptions {

  @JsonIgnore
  @Description("the catalog of Iceberg tables: hadoop (the tables' own folders), jdbc or rest")
  @Default.String("hadoop")
  String getCatalog();

  void setCatalog(String kind);

  @JsonIgnore
  @Description("the catalog's JDBC URL, or the address of its REST service")
  @Nullable String getCatalogUri();

  void setCatalogUri(@Nullable String uri);

  @JsonIgnore
  @Description("the name of the catalog; a database may hold several")
  @Default.String(CatalogSettings.DEFAULT_NAME)
  String getCatalogName();

  void setCatalogName(String name);

  @JsonIgnore
  @Description("the warehouse, as the catalog calls it")
  @Nullable String getCatalogWarehouse();

  void setCatalogWarehouse(@Nullable String warehouse);

  @JsonIgnore
  @Description("further properties of the catalog as JSON, such as {\"jdbc.user\":\"me\"}")
  @Nullable Map<String, String> getCatalogProperties();

  void setCatalogProperties(@Nullable Map<String, String> properties);

  /**
   * What the options say. References to secrets are looked up once, and kept as references.
   *
   * @throws UsageException where they do not fit together, or a secret is not there
   */
  static CatalogSettings read(PipelineOptions options) {
    CatalogOptions catalog = options.as(CatalogOptions.class);
    Map<String, String> properties = catalog.getCatalogProperties();
    try {
      CatalogSettings settings =
          new CatalogSettings(
              kind(catalog.getCatalog()),
              catalog.getCatalogName(),
              catalog.getCatalogUri(),
              catalog.getCatalogWarehouse(),
              properties == null ? Map.of() : properties);
      settings.resolved();
      return settings;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static CatalogSettings.Kind kind(String name) {
    for (CatalogSettings.Kind kind : CatalogSettings.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    throw new UsageException("There is no catalog '" + name + "'. Use hadoop, jdbc or rest.");
  }

  /** Makes the options known to Beam. */
  final class Registrar implements PipelineOptionsRegistrar {
    @Override
    public Iterable<Class<? extends PipelineOptions>> getPipelineOptions() {
      return List.of(CatalogOptions.class);
    }
  }
}
