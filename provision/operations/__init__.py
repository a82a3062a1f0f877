"""What each command does, in the words of the engine and the blueprint: no options, no printing, no exit codes."""
