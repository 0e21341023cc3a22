"""Views of the agent portal: find what this agent may see, bind a form, call one command, render."""
