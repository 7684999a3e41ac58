package io.penstock.oauth.connect;

import io.penstock.catalog.Gateway;
import io.penstock.oauth.server.AuthorizationServer;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * That a user may connect their account at a gateway's upstream.
 *
 * @param authorize where they agree; it was looked at, and may be gone to
 * @param redirect where they come back to: this gateway's own, as its operator wrote it
 * @param extras what this kind of server wants to be asked beside the standard
 */
public record Offer(
        Gateway gateway, AuthorizationServer server, URI authorize, URI redirect, Map<String, String> extras) {

    public Offer {
        extras = Map.copyOf(extras);
    }

    /** Whom the user is sent to. */
    public String host() {
        return authorize.getRawAuthority();
    }

    /** Who is shown the user's token: the host of the gateway's calls, whatever the token is asked for. */
    public String upstream() {
        return gateway.url().getRawAuthority();
    }

    public List<String> scopes() {
        return server.scopes();
    }

    /** All that a user agrees to be sent away with, and who that is. */
    public String terms(String user) {
        return String.join(
                "\n",
                "connect",
                user,
                gateway.id().toString(),
                upstream(),
                authorize.toString(),
                server.client().id(),
                server.resource(),
                String.join(" ", server.scopes()));
    }
}
