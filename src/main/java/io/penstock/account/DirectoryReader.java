package io.penstock.account;

import java.util.Map;
import reactor.core.publisher.Mono;

/** Reads all that calls need to know of users. */
@FunctionalInterface
interface DirectoryReader {

    /** By canonical name; whoever is not in it is a plain user. Never empty. Error: the database's, and then nothing was read. */
    Mono<Map<String, Known>> read();
}
