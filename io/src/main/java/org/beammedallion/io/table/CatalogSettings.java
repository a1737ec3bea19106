package org.beammedallion.io.table;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.io.secret.SecretReferences;
import org.jspecify.annotations.Nullable;

/**
 * The catalog that knows which version of a table is the latest. Only drivers need it.
 *
 * @param name of the catalog; a database may hold several
 * @param uri where the catalog is: a JDBC URL or the address of a REST service; null where the
 *     tables' own folders are the catalog
 * @param warehouse as the catalog calls it; null for the catalog's default
 * @param properties handed on to the catalog, such as credentials, which they may refer to as
 *     {@link SecretReferences} says; so may {@code uri}
 */
public record CatalogSettings(
    Kind kind,
    String name,
    @Nullable String uri,
    @Nullable String warehouse,
    Map<String, String> properties)
    implements Serializable {

  public static final String DEFAULT_NAME = "medallion";

  /** The tables' own folders. */
  public static final CatalogSettings FOLDERS =
      new CatalogSettings(Kind.HADOOP, DEFAULT_NAME, null, null, Map.of());

  /** The kinds of catalogs. */
  public enum Kind {
    /** Each table's folder says which version is the latest. */
    HADOOP,
    /** A table of a relational database. */
    JDBC,
    /** A service that speaks Iceberg's REST protocol. */
    REST
  }

  /**
   * Checks that what the kind needs is there.
   *
   * @throws IllegalArgumentException where it is not; says how to mend it
   */
  public CatalogSettings {
    properties = Map.copyOf(properties);
    if (kind != Kind.HADOOP && uri == null) {
      throw new IllegalArgumentException(
          kind == Kind.JDBC
              ? "A JDBC catalog needs the URL of its database, such as jdbc:sqlite:/lake/catalog.db or jdbc:postgresql://host/db."
              : "A REST catalog needs its address, such as https://host/catalog.");
    }
    if (kind == Kind.HADOOP && (uri != null || warehouse != null || !properties.isEmpty())) {
      throw new IllegalArgumentException(
          "Tables whose folders are their catalog take no catalog URI, warehouse or properties. Choose the catalog jdbc or"
              + " rest, or leave them out.");
    }
  }

  /**
   * With what its references to secrets stand for.
   *
   * @throws IllegalArgumentException where there is nothing that one refers to
   */
  public CatalogSettings resolved() {
    Map<String, String> all = new TreeMap<>();
    properties.forEach((name, value) -> all.put(name, SecretReferences.resolve(value)));
    return new CatalogSettings(
        kind, name, uri == null ? null : SecretReferences.resolve(uri), warehouse, all);
  }

  /** A text that may quote the settings, such as a driver's message, without their secrets. */
  public String withoutSecrets(String text) {
    String safe = text.replaceAll("(?i)(password|token|secret|credential)=[^&;\\s]*", "$1=…");
    for (Map.Entry<String, String> property : properties.entrySet()) {
      boolean secret = property.getKey().matches("(?i).*(password|token|secret|credential|key).*");
      safe = hide(safe, secret ? List.of(property.getValue()) : List.of());
      safe = hide(safe, SecretReferences.valuesIn(property.getValue()));
    }
    return uri == null ? safe : hide(safe, SecretReferences.valuesIn(uri));
  }

  private static String hide(String text, List<String> secrets) {
    String safe = text;
    for (String secret : secrets) {
      safe = secret.isEmpty() || SecretReferences.areIn(secret) ? safe : safe.replace(secret, "…");
    }
    return safe;
  }

  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return uri == null ? name : name + " " + withoutSecrets(uri);
  }
}
