package io.penstock.caller.flow;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Addresses of authorization servers: https, or plain http on this machine, where nobody is on the way. */
public final class Addresses {

    /** What is right, with an example in the place of {@code %s}. */
    public static final String RIGHT = "It must be an address like %s: https, without user and fragment;"
            + " http is taken on this machine only (localhost).";

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private Addresses() {}

    /** Null where it is none that can be taken. */
    public static @Nullable URI read(@Nullable String text) {
        try {
            URI url = text == null ? null : new URI(text);
            return url != null && isSafe(url) ? url : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** One without a query; null where it is none that can be taken. */
    public static @Nullable URI plain(@Nullable String text) {
        URI url = read(text);
        return url == null || url.getRawQuery() != null ? null : url;
    }

    private static boolean isSafe(URI url) {
        boolean transport = "https".equals(url.getScheme())
                || ("http".equals(url.getScheme()) && THIS_MACHINE.contains(String.valueOf(url.getHost())));
        return transport && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
    }
}
