package io.penstock.catalog.database;

import io.penstock.catalog.OAuthConfig;
import io.penstock.vault.Secret;
import tools.jackson.databind.node.JsonNodeFactory;

/** An OAuth configuration as the product shows it. */
public final class ShownConfig {

    private ShownConfig() {}

    public static String of(OAuthConfig config) {
        var json = JsonNodeFactory.instance.objectNode();
        OAuthConfigs.write(json.putObject("oauth_config"), config, _ -> Secret.MASK);
        return json.toString();
    }
}
