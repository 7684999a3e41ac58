package io.penstock.caller.session;

/**
 * How cookies are set.
 *
 * @param secure whether browsers send them over TLS alone
 */
public record CookiePolicy(boolean secure) {

    private static final String OF_HOST = "__Host-";

    /** The name of a cookie that no other host can have set; without TLS there are no such names. */
    public String ofHost(String name) {
        return secure ? OF_HOST + name : name;
    }
}
