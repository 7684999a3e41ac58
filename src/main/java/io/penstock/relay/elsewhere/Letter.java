package io.penstock.relay.elsewhere;

/**
 * A frame on its way.
 *
 * @param from the sending replica
 * @param conversation a number that the asking side has drawn; 0 for what belongs to none
 * @param number counts the sender's frames in the conversation from 0
 */
record Letter(String from, long conversation, int number, Frame frame) {}
