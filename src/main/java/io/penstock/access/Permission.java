package io.penstock.access;

/** Something that may be allowed: a kind of resource and an action on it, {@code gateways.read}. */
public enum Permission {
    GATEWAYS_READ("gateways.read"),
    GATEWAYS_CREATE("gateways.create"),
    GATEWAYS_UPDATE("gateways.update"),
    GATEWAYS_DELETE("gateways.delete"),
    TOOLS_READ("tools.read"),
    TOOLS_EXECUTE("tools.execute"),
    TOOLS_UPDATE("tools.update"),
    TOOLS_DELETE("tools.delete"),
    RESOURCES_READ("resources.read"),
    RESOURCES_UPDATE("resources.update"),
    RESOURCES_DELETE("resources.delete"),
    PROMPTS_READ("prompts.read"),
    PROMPTS_UPDATE("prompts.update"),
    PROMPTS_DELETE("prompts.delete"),
    SERVERS_READ("servers.read"),
    SERVERS_CREATE("servers.create"),
    SERVERS_UPDATE("servers.update"),
    SERVERS_DELETE("servers.delete"),
    AUDIT_READ("audit.read");

    private final String scope;

    Permission(String scope) {
        this.scope = scope;
    }

    /** Its name in tokens, challenges and documents. */
    public String scope() {
        return scope;
    }
}
