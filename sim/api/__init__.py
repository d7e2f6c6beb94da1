"""What `import sim` offers: each function runs what is asked for and then writes the pages; a module for each kind."""
