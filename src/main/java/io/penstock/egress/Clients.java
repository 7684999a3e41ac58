package io.penstock.egress;

import reactor.netty.http.client.HttpClient;

/**
 * The two ways to an upstream.
 *
 * @param calls a bounded number of connections, kept alive between calls
 * @param streams for what stays open for hours, whose connections are counted apart
 */
public record Clients(HttpClient calls, HttpClient streams) {}
