package io.penstock.wire;

/** What marks all that a {@code subscriptions/listen} request brings (2026-07-28, Subscriptions). */
public final class Subscription {

    /** The member of {@code _meta} with the id of that request. */
    public static final String ID = "io.modelcontextprotocol/subscriptionId";

    private Subscription() {}

    /** The graceful end: a client that gets it knows that nothing was missed, and subscribes again. */
    public static Message end(String id) {
        return new Message.Result(id, "{\"resultType\":\"complete\",\"_meta\":" + JsonParts.with(null, ID, id) + "}");
    }
}
