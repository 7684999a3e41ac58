package io.penstock.caller;

import java.util.List;

/** The issuers whose tokens are believed. */
public interface TrustedIssuers {

    /** The issuers that are authorization servers clients can go to: those whose identifier is a URL. May be empty. */
    List<String> authorizationServers();
}
