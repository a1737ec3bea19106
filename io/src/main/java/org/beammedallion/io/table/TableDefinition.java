package org.beammedallion.io.table;

/**
 * A table that is to be opened, or made with its first commit.
 *
 * @param uri its folder
 * @param namespace with {@code name} tells it in a catalog: the layer
 * @param catalog for formats that need one
 * @param formatVersion of a table that is made; 0 for the format's default
 * @param contractVersion of the contract that the layout follows; empty where there is none
 */
public record TableDefinition(
    String uri,
    String namespace,
    String name,
    TableLayout layout,
    CatalogSettings catalog,
    int formatVersion,
    String contractVersion) {

  /** A table that is its own catalog, named by the last two parts of its folder. */
  public static TableDefinition ofFolder(String uri, TableLayout layout) {
    String[] parts = uri.split("/");
    return new TableDefinition(
        uri,
        parts.length > 1 ? parts[parts.length - 2] : "",
        parts[parts.length - 1],
        layout,
        CatalogSettings.FOLDERS,
        0,
        "");
  }

  public TableDefinition withCatalog(CatalogSettings other) {
    return new TableDefinition(uri, namespace, name, layout, other, formatVersion, contractVersion);
  }

  public TableDefinition withFormatVersion(int version) {
    return new TableDefinition(uri, namespace, name, layout, catalog, version, contractVersion);
  }

  public TableDefinition withContractVersion(String version) {
    return new TableDefinition(uri, namespace, name, layout, catalog, formatVersion, version);
  }

  /** The same table by its storage's canonical form of the folder. */
  public TableDefinition withUri(String canonical) {
    return new TableDefinition(
        canonical, namespace, name, layout, catalog, formatVersion, contractVersion);
  }
}
