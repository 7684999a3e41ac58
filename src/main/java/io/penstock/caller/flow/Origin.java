package io.penstock.caller.flow;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.caller.proxy.ClientAddresses;
import io.penstock.wire.Request;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, as far as trusted proxies know.
 *
 * @param agent what it says it comes with; null where it says nothing
 */
public record Origin(String address, @Nullable String agent) {

    private static final int LONGEST = 200;

    public static Origin of(Request request, ClientAddresses addresses) {
        return new Origin(addresses.of(request).getHostAddress(), request.header(HttpHeaderNames.USER_AGENT));
    }

    /** For the trail. */
    public String text() {
        return "from " + address
                + (agent == null ? "" : " with " + agent.substring(0, Math.min(LONGEST, agent.length())));
    }
}
